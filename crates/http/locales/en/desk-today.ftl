## Desk: today
today = Today
today-fine = Everything runs
today-wrong-count =
    { $count ->
        [one] One thing to look at
       *[other] { $count } things to look at
    }
today-open = Open now
today-open-none = No deal is open at the moment.
today-next = Opens next
today-next-none = Nothing is on the schedule.
today-all = See all
today-and-more = and { $count } more
today-stale = This page gets no news at the moment. Please check the connection.
figure-paid = Paid
figure-orders = Paid orders
figure-per-second = Orders a second
figure-open = Open deals
figure-upcoming = Upcoming deals
figure-waiting = In waitlists
wrong-since = Since { $moment }.
wrong-clerk = { $stuck } of { $outstanding } pieces of payment work fail again and again
wrong-clerk-note = They are tried on by themselves. Please look at the provider.
wrong-views = Pages show { $commands } commands less than there are
wrong-views-note = Sales go on exactly. Please look at the disk and the load of the server.
wrong-provider = The provider failed { $percent }% of { $tried } payments in the last 15 minutes
wrong-provider-note = Shoppers may try again; what they ordered stays theirs until its deadline.
wrong-declined = { $percent }% of { $tried } payments were declined in the last 15 minutes
wrong-declined-note = It may be a card company's outage, or somebody trying stolen cards.
wrong-webhook = A webhook endpoint does not take its messages
wrong-webhook-paused = A webhook endpoint is paused
wrong-refunds = { $count } refunds failed
wrong-refunds-note = The provider could not send the money back. Ask the shopper for another way.
wrong-selling-out = { $deal } will be sold out in { $span }
wrong-sold-out = { $deal } is sold out and { $waiting } wait
wrong-selling-out-note = It would be open for another { $left }.
wrong-untouched = Nobody has wanted { $deal } for { $span }
wrong-disk = The disk has { $free } GB left
wrong-disk-note = A full disk takes no orders. Please make room.
answer-orders = See the orders
answer-order = Open the order
answer-pause = Pause it
answer-resume = Resume it
answer-stock = Add units
answer-deal = See the deal
answer-price = Change the price
said-webhook-paused = The endpoint is paused.
said-webhook-resumed = The endpoint is told again.
