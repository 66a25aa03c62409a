## The timeline of the desk
timeline-before = 이전
timeline-today = 오늘
timeline-after = 다음
timeline-zoom = 보기
timeline-hours = 6시간
timeline-day = 하루
timeline-week = 한 주
timeline-hour = 몇 시부터
timeline-rows = 줄 나누기
timeline-more = 딜 { $count }개는 너무 많아서 그리지 않았어요. 판매자를 고르거나 기간을 줄여 보세요.
timeline-none = 이 기간에는 딜이 없어요.
timeline-help = 막대를 끌거나 ←→ 키로 5분씩(Shift는 1시간) 옮기고, ↑↓ 키로 종료를 바꿔요. Enter로 확인하고 Esc로 취소해요. 빈 곳을 끌면 그 시간의 새 딜을 만들어요. N을 누르면 새 딜 막대로 가고, 한 번 더 누르면 그 시간의 새 딜을 만들어요(한 글자 단축키를 켰을 때). 확인하기 전에는 저장하지 않아요.
timeline-new = 새 딜
timeline-beside = 이 줄에서 같은 시간에 딜 { $count }개
timeline-moved = { $name }: { $from } – { $to }
timeline-clash = 같은 SKU의 딜과 겹쳐요
