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
