## Orders
order = 주문
orders-none = 아직 주문이 없어요.
and-more = 외 { $count }개
order-placed = 결제를 기다려요
order-confirmed = 결제 확인 중
order-paid = 결제 완료
order-partly-refunded = 부분 환불
order-refunded = 전액 환불
order-cancelled = 취소됨
order-lapsed = 시간이 지나 닫힘
order-number = 주문 번호
history = 진행 상황
refunded = 환불 금액
line-bought = 발송 준비 중
line-shipped = { $units }개 발송
line-delivered = { $units }개 도착
line-return-asked = { $units }개 반품 신청
line-returned = { $units }개 반품 완료
ask-return = 반품·교환 신청
cancel-order = 주문 취소
cancel-order-now = 취소합니다
cancel-note = 주문이 취소되고 상품은 다음 분께 넘어가요. 되돌릴 수 없어요.
cancel-paid-note = 주문이 취소되고 { $amount }을 결제 수단으로 돌려드려요. 되돌릴 수 없어요.
watches-none = 알림을 신청한 딜이 없어요.
watches-note = 딜이 열리면 이곳에서 바로 담을 수 있어요.

## Events
event-of-seller = { $seller } · { $event }
event-CheckoutPlaced = 주문서 접수, { $amount }, { $moment }까지 결제
event-DeadlineMoved = 결제 시한이 { $moment }으로 바뀜
event-CheckoutFiled = 보관함으로 옮김
event-CheckoutRecalled = 보관함에서 꺼냄
event-OrderPlaced = 주문했어요, { $amount }
event-LinePlaced = { $units }개 주문 항목
event-OrderConfirmed = 주문이 확정됐어요
event-OrderPaid = 결제가 끝났어요, { $amount }
event-OrderUnconfirmed = 결제가 마무리되지 않아 다시 결제를 기다려요
event-OrderCancelled =
    { $staff ->
        [true] 판매자가 주문을 취소했어요
       *[other] 주문을 취소했어요
    }
event-OrderLapsed = 결제 시간이 지나 주문이 닫혔어요
event-OrderReinstated = 늦게 도착한 결제로 주문이 되살아났어요
event-LineRefunded = 상품 환불이 접수됐어요
event-LineShipped = { $units }개 발송했어요
event-LineDelivered = { $units }개 도착했어요
event-ReturnAsked = { $units }개 반품을 신청했어요
event-LineReturned = { $units }개가 판매자에게 돌아왔어요
event-PaymentStarted = 결제를 시작했어요, { $amount }
event-PaymentAuthorised = 결제가 승인됐어요
event-PaymentCaptured = { $amount } 결제됐어요
event-PaymentDeclined = 결제가 되지 않았어요: { $reason }
event-PaymentLapsed = 결제 시도가 시간 안에 끝나지 않았어요
event-PaymentVoided = 승인이 취소됐어요
event-MoneySuspended = { $amount }은 주문에 쓰이지 못해 돌려드려요
event-RefundOrdered = { $amount } 환불 지시
event-RefundSent = 환불을 보냈어요
event-RefundFailed = 환불이 실패했어요. 확인하고 다시 보내 드릴게요
decline-Declined = 카드사가 거절
decline-TimedOut = 시간 초과
decline-Abandoned = 중간에 그만둠
decline-ProviderFault = 결제사 오류
