## Gallery
deal-pictures = Pictures
picture-of = { $name }, picture { $place } of { $count }
picture-choose = Choose a picture
picture-before = Previous picture
picture-next = Next picture
zoom = Enlarge
zoom-close = Close

## Notes
clock-title = What happens when the clock runs out?
clock-hold = Once held, the unit and its price are yours for { $span }.
clock-lapse = If you do not order by then, it goes to the next person. You have paid nothing.
clock-lapse-waitlist = If you do not order by then, it goes to whoever waits. You have paid nothing.
clock-pay = After ordering, pay within { $span } and it is yours. If you do not, the order is cancelled by itself.
delivery-title = Delivery
delivery-by = Sent by { $seller }.
delivery-free = Delivery is free.
delivery-fee = Delivery costs { $fee }.
delivery-fee-free = Delivery costs { $fee }; free from { $free } with this seller.
delivery-zone = { $zone }: { $fee } more.
zone-jeju = Jeju
zone-island = Islands
deal-return-title = Returns
deal-return-note = You can ask for a return within 7 days of delivery.
return-how = Ask on the page of your order; the seller is told at once.
deal-share = Share
deal-share-copied = Link copied

## Too late
deal-again = This product opens again.
deal-again-see = See the next deal
deal-again-none = Have a look at what else is open.
others-open = Other deals you can buy now
