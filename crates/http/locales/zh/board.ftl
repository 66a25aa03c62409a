## Board
board-live = 实时
board-paid = 已付款金额
board-placed = 下单金额
board-refunded = 退款金额
board-count = { $number } 笔
board-orders = 每秒订单
board-payments = 每秒付款
board-peak = 峰值 { $count }（{ $moment }）
board-holds = 占位次数
board-offers = 候补成功
board-lapses = 超时占位
board-hottest = 最热特价
board-sold-out = 刚刚抢光
board-sold-out-none = 还没有抢光的特价。
