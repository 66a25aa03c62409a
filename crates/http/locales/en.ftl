# What the pages say, in English. The three languages have the same keys.

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
shop-time = All times are { $zone } time.
time-zone-Asia-Seoul = Korean
time-zone-Asia-Shanghai = Chinese
time-zone-Asia-Tokyo = Japanese

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
term-hold = Not ordered within { $span }, the unit goes to the next person
term-pay = Pay within { $span } of ordering
term-end = Ends { $moment }. What you hold by then stays yours until its clock runs out

## Cart
cart-empty = Nothing held yet.
cart-held = Held for you
cart-offered = From the waitlist: it is your turn
cart-note = When a clock runs out, the unit goes to the next person.
cart-apart = What you held before signing in is ordered first, the rest after it.
cart-places = Waiting
cart-places-note = When it is your turn the unit is held for you and its clock starts.
cart-unpaid = To be paid
cart-lapsed = Ran out of time
lapsed-at = The clock ran out { $moment }
again = Try again
hold-until = Time left
units-of = { $units }
pick = Order { $name }
release = Remove
leave = Leave
ahead =
    { $count ->
        [0] You are next
       *[other] { $count } ahead of you
    }
to-checkout = Check out

## Checkout
checkout = Checkout
step-delivery = Delivery
step-payment = Payment
step-done = Done
delivery = Delivery
recipient = Recipient
phone = Phone
email = Email
postcode = Postcode
line1 = Address
line2 = Flat, floor (optional)
zone = Delivery area
zone-mainland = Mainland
zone-jeju = Jeju
zone-island = Islands and remote areas
memo = Note for the courier (optional)
to-payment = Place the order and pay
checkout-note = Placing the order stops the hold's clock and starts the payment deadline. Your details serve delivery alone.
hold-lapsed = The hold on { $name } has run out; its price is no longer kept for you.
hold-lapsed-again = Hold it again or join the waitlist
hold-lapsed-rest = You can still order the rest. What you typed is still here.
hold-lapsed-all = Everything you held has run out of time, so there is nothing left to order here. What you typed stays on this page.
shipping-terms = { $seller }: shipping { $fee }, free from { $free }
shipping-free = { $seller }: free shipping
summary = Summary
form-errors = Please look at the marked fields again.
field-missing = Please fill this in.
field-email = Please check the e-mail address.
field-phone = Please check the phone number.
field-long = This is too long. Please shorten it.
payment = Payment
thanks = Thank you for your order
checkout-cancelled = This order was cancelled
checkout-refunded = This order was refunded
checkout-lapsed = The time to pay has run out
pay-within = Time left to pay
pay-now = Pay now
pay-note = You pay on the provider's page; card numbers never reach us.
pay-over = The time to pay has run out. If a payment was under way, it will show here in a moment.
paying = Your payment is being confirmed
method = How to pay
method-card = Card
method-wallet = Wallet
method-deposit = Bank deposit
pay = Pay { $amount }
deposit-account = Where to transfer the money
deposit-ask = Please transfer exactly { $amount } by { $moment }.
deposit-number = Account number
deposit-bank = Bank
deposit-holder = Account holder
deposit-amount = Amount
deposit-until = Transfer by
deposit-note = Another amount does not pay for the order and goes back to you. Once the transfer has arrived, the order turns to paid.
copy = Copy
copied = Copied
pay-otherwise = Pay another way
confirmed-note = The payment is authorised and will be settled in a moment.
paid-note = It is paid. The seller prepares the parcel.
partly-refunded-note = Part of what you paid has been refunded or is on its way to you.
refunded-note = All that you paid for this order has been refunded or is on its way to you.
cancelled-note = The order was cancelled. What you paid goes back the way it came.
lapsed-checkout-note = The order was not paid in time and has closed. If units are left you can try again.
look-again = Look again
goods = Goods
shipping = Shipping
surcharge = Area surcharge
total = Total
tax-included = Tax included
price = Price

## Orders
order = Order
orders-none = No orders yet.
and-more = and { $count } more
order-placed = Waiting for payment
order-confirmed = Payment being settled
order-paid = Paid
order-partly-refunded = Partly refunded
order-refunded = Refunded
order-cancelled = Cancelled
order-lapsed = Closed unpaid
order-number = Order number
history = What happened
refunded = Refunded
line-bought = Being prepared
line-shipped = { $units } shipped
line-delivered = { $units } delivered
line-return-asked = return asked for { $units }
line-returned = { $units } returned
ask-return = Ask to return
ask-return-note = The seller will tell you how to send it back; the refund follows when it has arrived.
cancel-order = Cancel the order
cancel-order-now = Yes, cancel it
cancel-note = The order is cancelled and the units go to the next person. This cannot be undone.
cancel-paid-note = The order is cancelled and { $amount } goes back the way it was paid. This cannot be undone.
watches-none = You watch no deals.
watches-note = When a deal opens you can go for it from here.

## Entrance
no-account = No account yet?
sign-in-keeps = What you hold stays in your cart when you sign in.
have-account = Have an account?
your-name = Your name
password = Password
password-hint = At least 8 characters.
password-short = The password is too short: at least 8 characters.
sign-in-wrong = The e-mail address or the password is not right.
sign-in-locked = Too many wrong tries. Please try again in { $span }.
email-taken = This address has an account already. Please sign in.
sign-up-failed = The account could not be made. Please check what you entered.
desk-sign-in = Sign in to the desk

## What was done
said-held = It is held for you. Order before the clock runs out.
said-waiting = It is sold out; you have a place in the waitlist. When it is your turn it will be held for you.
said-released = Removed. The unit goes to the next person.
said-left = You have left the waitlist.
said-watching = We will tell you when it opens.
said-unwatched = You no longer watch it.
said-cancelled = The order is cancelled.
said-return-asked = Your return is on its way to the seller.
said-welcome = Welcome.
said-signed-in = You are signed in.
said-signed-out = You are signed out.
said-payment-cancelled = The payment did not go through. You can try again.
said-payment-pending = Waiting for the provider's answer.
said-deal-created = The deal is made.
said-deal-changed = The deal is changed.
said-deal-ended = The deal is ended; what was unsold went back to stock.
said-stock-added = Units were added.
said-refunded = The refund is ordered; see below how the provider carries it out.
said-refund-amount-wrong = That is not an amount that can go back. Please check it.
said-order-cancelled = The order is cancelled.
said-desk-in = Signed in to the desk.
said-desk-out = Signed out of the desk.

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

## Refusals: what it means and what to do now
refusal-request_key_reused = This form was sent before. Open the page anew and try again.
refusal-nothing_asked = Nothing was chosen. Please choose at least one.
refusal-terms_contradict = The terms cannot be kept. Check the times, the prices and the waitlist.
refusal-rules_contradict = The rules cannot be kept.
refusal-duplicate_hold = The same hold stands twice. Please check out from the cart again.
refusal-order_id_malformed = Please begin the checkout again.
refusal-order_id_too_old = This checkout page is too old. Please start again from the cart.
refusal-order_id_from_future = The times do not agree. Please start again from the cart.
refusal-seller_unknown = There is no such seller.
refusal-sku_unknown = There is no such option. Please open the page anew.
refusal-deal_unknown = There is no such deal.
refusal-sku_not_in_deal = The deal does not cover this option. Please choose another.
refusal-hold_unknown = That hold is gone: it ran out of time, or it was ordered. See your cart.
refusal-place_unknown = That place in the waitlist is gone. See your cart.
refusal-checkout_unknown = There is no such checkout. See your orders.
refusal-order_unknown = There is no such order. See your orders.
refusal-line_unknown = The order has no such line.
refusal-payment_unknown = There is no such payment. Please try to pay again.
refusal-refund_unknown = There is no such refund.
refusal-not_yours = It belongs to another person. Check how you are signed in.
refusal-seller_exists = This seller is here already.
refusal-sku_exists = This SKU is listed already.
refusal-deal_exists = A deal with this id exists already. Choose another id.
refusal-checkout_exists = This was ordered already. See your orders.
refusal-order_exists = This was ordered already. See your orders.
refusal-already_recorded = It is recorded already.
refusal-seller_differs = A deal can only have SKUs of one seller.
refusal-stock_insufficient = There is not that much free stock. Ask for fewer units or receive stock first.
refusal-deal_started = The deal has opened: its start and its way of deducting stand fast.
refusal-deal_starts_in_past = The window is over already.
refusal-deal_not_open = It has not opened yet. Try again at the bell.
refusal-deal_over = The deal is over. Have a look at the others.
refusal-members_only = This deal is for members. Please sign in or sign up.
refusal-verification_required = This deal is for verified persons.
refusal-already_waiting = You are waiting for it already. Your cart shows your place.
refusal-limit_reached = You have reached the limit for one person.
refusal-stock_exhausted = It just sold out. Try another option or join the waitlist.
refusal-no_waitlist = This deal has no waitlist.
refusal-waitlist_full = The waitlist is full.
refusal-not_exhausted = There are units left. Hold one right away.
refusal-order_count_differs = Please begin the checkout again.
refusal-currency_mixed = Please order goods of different currencies apart.
refusal-amount_overflow = The sum is too large. Please order in parts.
refusal-order_closed = The order was cancelled or not paid in time.
refusal-already_paid = This is paid already.
refusal-deposit_not_allowed = Something here cannot be paid by deposit. Please choose another way.
refusal-amount_differs = The amount is not what is due. Please open the page anew.
refusal-currency_differs = The currency is not the order's.
refusal-too_many_attempts = There were too many tries to pay. Please contact the shop.
refusal-payment_settled = This payment has come to its end. See your orders.
refusal-not_authorised = Nothing is authorised that could be given back.
refusal-not_paid = The order is not paid.
refusal-already_shipped = It has been shipped. Ask for a return once it has arrived.
refusal-units_exceeded = There are not that many units. Check the number.
refusal-refund_exceeded = That is more than is left to go back.
refusal-withdrawal_over = The time to return it is over.
refusal-nothing_due = Nothing is due.

## Events
event-of-seller = { $seller } · { $event }
event-CheckoutPlaced = Checkout placed, { $amount }, to be paid by { $moment }
event-DeadlineMoved = Payment deadline moved to { $moment }
event-CheckoutFiled = Filed
event-CheckoutRecalled = Recalled from the files
event-OrderPlaced = Ordered, { $amount }
event-LinePlaced = A line of { $units }
event-OrderConfirmed = Order confirmed
event-OrderPaid = Paid, { $amount }
event-OrderUnconfirmed = The payment was not settled; waiting for payment again
event-OrderCancelled =
    { $staff ->
        [true] Cancelled by the shop
       *[other] Cancelled
    }
event-OrderLapsed = Closed: not paid in time
event-OrderReinstated = Late money came; the order stands again
event-LineRefunded = A refund for an item was ordered
event-LineShipped = { $units } shipped
event-LineDelivered = { $units } delivered
event-ReturnAsked = Return asked for { $units }
event-LineReturned = { $units } came back
event-PaymentStarted = Payment started, { $amount }
event-PaymentAuthorised = Payment authorised
event-PaymentCaptured = { $amount } was taken
event-PaymentDeclined = The payment came to nothing: { $reason }
event-PaymentLapsed = The try to pay ran out of time
event-PaymentVoided = The authorisation was given back
event-MoneySuspended = { $amount } fits no order and goes back
event-RefundOrdered = Refund of { $amount } ordered
event-RefundSent = The refund was sent
event-RefundFailed = The refund failed; the shop is looking into it
decline-Declined = declined by the issuer
decline-TimedOut = timed out
decline-Abandoned = given up
decline-ProviderFault = the provider failed

## Desk
desk = Desk
desk-deals = Deals
desk-orders = Orders
desk-audit = Audit
states = States
state = State
state-open = Open
state-upcoming = Upcoming
state-over = Over
deal = Deal
product = Product
starts = Starts
ends = Ends
claimed-share = Claimed
allotted = Allotted
available = Available
held = Held
ordered = Ordered
sold = Sold
waiting-count = Waiting
option = Option
pools = SKUs and prices
deals-none = No deals in this state.
deal-make = Make a deal
deal-change = Change
deal-end = End now
deal-end-now = Yes, end it now
deal-end-effect = { $available } unsold units go back to stock, and { $waiting } waiting lose their places. { $held } held units can still be ordered until their clocks run out.
no-undo = This cannot be undone.
back = Back
deal-in-shop = See it in the shop
deal-id = Deal id
pools-hint = One a line: SKU, price, units. All of one seller.
pools-change-hint = One a line: SKU, price. What is held keeps its price.
pools-wrong = Line { $line } of the SKUs and prices cannot be read.
desk-sku-unknown = One of the SKUs is not in the catalogue. Please check its id.
times-wrong = Please check the start and the end.
times-in = Times are { $zone } time.
limit = Limit per person (0 for none)
hold-seconds = Hold, seconds
payment-minutes = Payment deadline, minutes
deposit-minutes = Deposit deadline, minutes (0 for none)
waitlist-places = Waitlist places (0 for none)
members-only = Members only
verified-only = Verified persons only
deduct = Stock is deducted
deduct-order = on order
deduct-payment = on payment
stock-add = Add units
stock-add-note = Moves units from the SKU's free stock into the deal; whoever waits is served at once.
orders-find = Order number, name, phone, e-mail
find = Find
orders-found-none = No orders found.
placed = Placed
payments = Payments
payments-none = No tries to pay yet.
contact-none = No contact is stored.
payment-started = started
payment-authorised = authorised
payment-captured = captured
payment-declined = declined
payment-lapsed = lapsed
payment-voiding = being voided
payment-voided = voided
payment-suspended = in suspense
refund = Refund
refund-due = on its way
refund-sent = sent
refund-failed = failed
refund-note = The next page shows the sum before anything goes back.
refund-whole = Refund the whole order
refund-units = Refund units
refund-amount = Amount
refund-part = Refund an amount
refund-left = { $amount } left to refund
refund-effect = { $amount } goes back to the shopper the way it was paid. This cannot be undone.
refund-now = Yes, refund { $amount }
refund-units-of = { $units } × { $name }
refund-part-of = Part of { $name }
audit-none = Nothing was done yet.
when = When
who = Who
action = Action
target = Target
before = Before
after = After

## Board
board-live = Live
board-paid = Paid
board-placed = Ordered
board-refunded = Refunded
board-count =
    { $number } { $count ->
        [one] order
       *[other] orders
    }
board-orders = Orders a second
board-payments = Payments a second
board-peak = peak { $count } ({ $moment })
board-holds = Holds
board-offers = Waitlist offers
board-lapses = Lapsed holds
board-hottest = Hottest deals
board-sold-out = Latest sell-outs
board-sold-out-none = Nothing has sold out yet.
