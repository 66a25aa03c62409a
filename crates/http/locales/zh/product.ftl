## Gallery
deal-pictures = 商品图片
picture-of = { $name } 图片 { $place }/{ $count }
picture-choose = 选择图片
picture-before = 上一张
picture-next = 下一张
zoom = 查看大图
zoom-close = 关闭

## Notes
clock-title = 倒计时结束后会怎样？
clock-hold = 占位后，价格和库存为您保留 { $span }。
clock-lapse = 若未在此时间内下单，将让给下一位，不会产生任何费用。
clock-lapse-waitlist = 若未在此时间内下单，将让给候补的顾客，不会产生任何费用。
clock-pay = 下单后请在 { $span } 内付款；逾期未付，订单会自动取消。
delivery-title = 配送
delivery-by = 由 { $seller } 发货。
delivery-free = 免运费。
delivery-fee = 运费 { $fee }。
delivery-fee-free = 运费 { $fee }，在该卖家购满 { $free } 免运费。
delivery-zone = { $zone } 另加 { $fee }。
zone-jeju = 济州岛
zone-island = 离岛
deal-return-title = 退换货
deal-return-note = 收货后 7 天内可申请退货。
return-how = 在订单页面申请，卖家会立即收到。
deal-share = 分享
deal-share-copied = 链接已复制

## Too late
deal-again = 此商品还会再次开抢。
deal-again-see = 查看下一场
deal-again-none = 看看其他正在抢购的特价吧。
others-open = 其他正在抢购的特价
