## Board
board-live = Live
board-lost = No connection since { $moment }; trying again
board-as-of = As of { $moment }
board-again = Reload
board-full = Full screen
board-full-key = Full screen (F)
board-paid = Paid so far
board-paid-orders = Paid orders
board-paid-in = Paid in { $currency }
board-since-bell = Paid in this festival
board-placed = Ordered
board-refunded = Refunded
board-orders = Orders a second
board-payments = Payments a second
board-peak = Peak
board-phones = On phones
board-phones-of = Orders with a known device
board-next-bell = Next bell
board-opens =
    { $count ->
        [one] one deal opens
       *[other] { $count } deals open
    }
board-marks = Passed after
board-next-mark = Next
board-seconds = { $seconds } s
board-curve = Since the first bell
board-this = This festival
board-earlier = Festival of { $day }
board-ahead = { $percent }% ahead of the earlier festival at this time
board-behind = { $percent }% behind the earlier festival at this time
board-places = Where it goes
board-place-unknown = Not known
board-places-none = No paid orders yet.
board-korea = Map of Korean provinces, with the same content as the list
board-world = Map of the world, with the same content as the list
board-products = Top products
board-categories = Top categories
board-sellers = Top sellers
board-none-yet = Nothing yet.
board-pipeline = Items on their way
board-step-ordered = Ordered
board-step-paid = Paid
board-step-shipped = Shipped
board-step-delivered = Delivered
board-step-refunded = Refunded
board-ticker = Deals
board-open-now = open now
board-opened = Opened
board-sold-out = Sold out
board-closed = Ended
board-replay = Replay
board-replay-go = Go on
board-replay-stand = Pause
board-replay-speed = Speed
board-replay-to = Time
board-replay-set = Set
