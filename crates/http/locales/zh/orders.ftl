## Orders
order = 订单
orders-none = 还没有订单。
and-more = 等 { $count } 件
order-placed = 待付款
order-confirmed = 付款确认中
order-paid = 已付款
order-partly-refunded = 部分退款
order-refunded = 全额退款
order-cancelled = 已取消
order-lapsed = 超时关闭
order-number = 订单号
history = 订单进展
refunded = 已退款
line-bought = 准备发货
line-shipped = 已发货 { $units } 件
line-delivered = 已送达 { $units } 件
line-return-asked = 已申请退货 { $units } 件
line-returned = 已退回 { $units } 件
ask-return = 申请退换货
cancel-order = 取消订单
cancel-order-now = 确认取消
cancel-note = 订单将取消，商品让给下一位，无法恢复。
cancel-paid-note = 订单将取消，{ $amount } 原路退回，无法恢复。
watches-none = 还没有关注的特价。
watches-note = 开抢后可在这里直接抢购。

## Events
event-of-seller = { $seller } · { $event }
event-CheckoutPlaced = 提交结算 { $amount }，请于 { $moment } 前付款
event-DeadlineMoved = 付款期限改为 { $moment }
event-CheckoutFiled = 已归档
event-CheckoutRecalled = 已从归档取回
event-OrderPlaced = 已下单，{ $amount }
event-LinePlaced = 订单行 { $units } 件
event-OrderConfirmed = 订单已确认
event-OrderPaid = 付款完成，{ $amount }
event-OrderUnconfirmed = 付款未能完成，重新等待付款
event-OrderCancelled =
    { $staff ->
        [true] 商家取消了订单
       *[other] 订单已取消
    }
event-OrderLapsed = 超过付款时间，订单关闭
event-OrderReinstated = 迟到的付款已到，订单恢复
event-LineRefunded = 商品退款已受理
event-LineShipped = 已发货 { $units } 件
event-LineDelivered = 已送达 { $units } 件
event-ReturnAsked = 已申请退货 { $units } 件
event-LineReturned = 卖家已收到退货 { $units } 件
event-PaymentStarted = 开始付款，{ $amount }
event-PaymentAuthorised = 付款已授权
event-PaymentCaptured = 已扣款 { $amount }
event-PaymentDeclined = 付款失败：{ $reason }
event-PaymentLapsed = 付款超时
event-PaymentVoided = 授权已撤销
event-MoneySuspended = { $amount } 无法用于订单，将退回
event-RefundOrdered = 已下达退款 { $amount }
event-RefundSent = 退款已发出
event-RefundFailed = 退款失败，我们会核实后重发
decline-Declined = 发卡行拒绝
decline-TimedOut = 超时
decline-Abandoned = 中途放弃
decline-ProviderFault = 支付机构故障
