## Masthead
seek = 搜索
seek-hint = 商品、品牌或卖家
all-deals = 全部特价

## Home
home-hot = 即将抢光
home-ending = 即将结束
see-all = 查看全部
see-over = 查看已结束的特价
all-over = 本次活动的特价已全部结束，感谢光临。
bell-never = 首批特价即将公布
bell-over = 本次活动已结束

## Lists
deals-found = { $count } 个特价
bells = 场次
time-open = 正在抢购
time-next = 即将开抢
time-over = 已结束
list-sort = 排序
sort-bell = 最新开抢
sort-next = 最早开抢
sort-ended = 最近结束
sort-fit = 最相关
sort-ending = 最快结束
sort-discount = 折扣最大
sort-cheap = 价格从低到高
sort-dear = 价格从高到低
list-filters = 筛选
filters-set = 已选条件
filters-clear = 清除全部条件
filter-off = 去掉此条件
list-discount = 折扣
discount-any = 不限
discount-from = 优惠 { $percent }% 以上
only-left = 只看有货
only-members = 只看会员专享
price-range = 价格（{ $currency }）
price-least = 最低
price-most = 最高
price-from-to = { $price } 以上
price-up-to = { $price } 以下
price-unread = 请用数字填写价格，例如 30000。
sought = “{ $typed }”的搜索结果
list-of = 此列表截至 { $moment }，浏览时顺序不变。
list-anew = 刷新
seek-what = 输入商品、品牌或卖家的名称。
none-so = 没有符合条件的特价，请减少筛选条件。
none-called = 没有找到相关特价，换个词试试。
none-then = 这个场次没有特价。
whenever = 查看所有场次

## The line
line-lost = 连接已断开，数量为最后一次收到的数据。
line-found = 已重新连接。
offline-title = 当前没有网络连接
offline-note = 恢复连接后即可继续。已占位的商品在剩余时间内仍为您保留。
