## The timeline of the desk
timeline-before = Before
timeline-today = Today
timeline-after = After
timeline-zoom = Show
timeline-hours = 6 hours
timeline-day = Day
timeline-week = Week
timeline-hour = From hour
timeline-rows = A row for each
timeline-more = { $count } more deals are not drawn: choose a seller or a shorter time.
timeline-none = No deals at this time.
timeline-help = Drag a bar, or move it with ← → by 5 minutes (Shift: an hour), its end with ↑ ↓. Enter goes on, Escape takes back. Drag over an empty stretch for a new deal at that time. N goes to the bar of a new deal, and pressed there again to its form (while shortcuts of a single letter are on). Nothing is saved before you confirm.
timeline-new = New deal
timeline-beside = deals of this row at the same time: { $count }
timeline-moved = { $name }: { $from } – { $to }
timeline-clash = overlaps a deal with the same SKU
