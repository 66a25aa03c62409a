## Home
home-title = Deals open now
bell-deals =
    { $count ->
        [one] One deal opens
       *[other] { $count } deals open
    } at the next bell
bell-note = on the second, for everyone
bell-none = Every planned deal has opened
open-now = Open now
deals-count =
    { $count } { $count ->
        [one] deal
       *[other] deals
    }
open-none = Nothing is open right now. Look at what opens next and watch it.
coming = Opening next
coming-none = No more deals are planned.
categories = Categories
all = All
seller = Seller
all-sellers = All sellers
filter = Apply
pages = Pages
page-before = Previous
page-next = Next
page-number = Page { $page }
ends-in = Ends in
opens-at = opens ·
watch = Watch
watch-long = Tell me when it opens
watching = Watching
unwatch = Stop watching
flag-waitlist = Waitlist
flag-gone = Sold out
flag-members = Members
deal-over = This deal is over

## A deal
description = Description
choose = Choose an option
choice-waitlist = waitlist, { $count } waiting
choice-gone = sold out
units = Units
hold = Hold at this price
wait = Join the waitlist
hold-note = We keep the unit and the price for you for { $span }.
wait-note = If it sells out this moment, you get a place in the waitlist.
gone = Sold out, and the waitlist is closed.
mine-held = Held for you. Time left:
mine-waiting = You are waiting; { $ahead } ahead of you.
mine-watched = We will tell you when it opens.
to-cart = To the cart
to-open-deals = See open deals
term-limit = { $units } per person
term-members = Members only
term-verified = Verified persons only
term-end = Ends { $moment }. What you hold by then stays yours until its clock runs out
