## Board
board-live = 실시간
board-paid = 결제된 금액
board-placed = 주문된 금액
board-refunded = 환불된 금액
board-count = { $number }건
board-orders = 초당 주문
board-payments = 초당 결제
board-peak = 최고 { $count } ({ $moment })
board-holds = 담은 횟수
board-offers = 대기에서 받은 차례
board-lapses = 시간이 지난 담기
board-hottest = 가장 뜨거운 딜
board-sold-out = 방금 매진
board-sold-out-none = 아직 매진된 딜이 없어요.
