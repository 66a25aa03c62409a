## Frame
skip = Skip to content
nav-shop = Shop
nav-more = More
nav-desk = Desk
language = Language
watches = Watching
orders = Orders
cart = Cart
cart-holds = { $count } held
sign-in = Sign in
sign-up = Sign up
sign-out = Sign out
board = Live board
shop-time = All times are in { $zone }.
time-zone-Asia-Seoul = Korean time
time-zone-Asia-Shanghai = Chinese time
time-zone-Asia-Tokyo = Japanese time

## Figures
claimed = { $percent }% claimed
days-clock = { $days }d { $clock }
span-seconds =
    { $count } { $count ->
        [one] second
       *[other] seconds
    }
span-minutes =
    { $count } { $count ->
        [one] minute
       *[other] minutes
    }
span-hours =
    { $count } { $count ->
        [one] hour
       *[other] hours
    }
span-days =
    { $count } { $count ->
        [one] day
       *[other] days
    }
hold-left = { $span } left
price-from = from { $price }
price-was = was { $price }
free = Free

## Troubles
trouble-missing = There is nothing here
trouble-missing-note = The address may have changed, or what was here is gone.
trouble-missing-note-desk = The address may have changed, or there is no such number. Please check it.
trouble-forbidden = This is not yours to see
trouble-forbidden-note = It belongs to another person or needs another role. Check how you are signed in.
trouble-malformed = We could not make sense of that
trouble-malformed-note = Please go back and try once more.
trouble-too-many = That was a little fast
trouble-too-many-note = Too many requests. Please try again in { $span }. What you hold stays held.
trouble-unavailable = We cannot answer right now
trouble-unavailable-note = The crowd is large. Please try again in { $span }. Nothing was done by halves, and what you hold stays held.
trouble-refused = That did not work
try-again = Try again
