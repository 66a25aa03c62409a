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
ask-return = Return or exchange
cancel-order = Cancel the order
cancel-order-now = Yes, cancel it
cancel-note = The order is cancelled and the units go to the next person. This cannot be undone.
cancel-paid-note = The order is cancelled and { $amount } goes back the way it was paid. This cannot be undone.
watches-none = You watch no deals.
watches-note = When a deal opens you can go for it from here.

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
