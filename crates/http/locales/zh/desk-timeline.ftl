## The timeline of the desk
timeline-before = 之前
timeline-today = 今天
timeline-after = 之后
timeline-zoom = 视图
timeline-hours = 6 小时
timeline-day = 一天
timeline-week = 一周
timeline-hour = 从几点
timeline-rows = 分行
timeline-more = 还有 { $count } 个特价未显示，请选择卖家或缩小时段。
timeline-none = 该时段没有特价。
timeline-help = 拖动或用 ←→ 每次移动 5 分钟（Shift 为 1 小时），↑↓ 调整结束；Enter 确认，Esc 取消。在空白处拖动可在该时段新建特价；按 N 转到新特价条，再按一次即在该时段新建（需开启单字母快捷键）。确认前不会保存。
timeline-new = 新特价
timeline-beside = 本行同一时段有 { $count } 个特价
timeline-moved = { $name }：{ $from } – { $to }
timeline-clash = 与同一 SKU 的特价重叠
