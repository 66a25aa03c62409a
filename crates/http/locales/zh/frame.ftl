## Frame
skip = 跳到正文
nav-shop = 购物
nav-more = 更多
nav-desk = 运营台
language = 语言
watches = 关注
orders = 订单
cart = 购物车
cart-holds = 已占 { $count } 件
sign-in = 登录
sign-up = 注册
sign-out = 退出登录
board = 实时看板
shop-time = 所有时间以{ $zone }为准。
time-zone-Asia-Seoul = 韩国时间
time-zone-Asia-Shanghai = 中国时间
time-zone-Asia-Tokyo = 日本时间

## Figures
claimed = 已抢 { $percent }%
days-clock = { $days }天 { $clock }
span-seconds = { $count }秒
span-minutes = { $count }分钟
span-hours = { $count }小时
span-days = { $count }天
hold-left = 还剩 { $span }
price-from = { $price } 起
price-was = 原价 { $price }
free = 免费

## Troubles
trouble-missing = 找不到页面
trouble-missing-note = 地址可能已变更，或商品已不存在。
trouble-missing-note-desk = 地址可能已变更，或没有这个编号，请再核对一下。
trouble-forbidden = 无权访问
trouble-forbidden-note = 属于他人，或需要更高权限。请检查登录状态。
trouble-malformed = 无法理解该请求
trouble-malformed-note = 请返回上一页重试。
trouble-too-many = 操作太快了
trouble-too-many-note = 请求过多，请 { $span } 后再试。已占位的商品不受影响。
trouble-unavailable = 暂时无法响应
trouble-unavailable-note = 人流较大，请 { $span } 后再试。未完成的操作不会生效，已占位的商品不受影响。
trouble-refused = 未能完成
try-again = 重试
