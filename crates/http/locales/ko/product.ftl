## Gallery
deal-pictures = 상품 사진
picture-of = { $name } 사진 { $place }/{ $count }
picture-choose = 사진 고르기
picture-before = 이전 사진
picture-next = 다음 사진
zoom = 크게 보기
zoom-close = 닫기

## Notes
clock-title = 시간이 지나면 어떻게 되나요?
clock-hold = 담으면 { $span } 동안 이 가격과 수량을 맡아 드려요.
clock-lapse = 그 안에 주문하지 않으면 담은 상품은 다음 분께 넘어가요. 결제된 금액은 없어요.
clock-lapse-waitlist = 그 안에 주문하지 않으면 대기하던 분께 넘어가요. 결제된 금액은 없어요.
clock-pay = 주문한 뒤 { $span } 안에 결제하면 끝이에요. 결제하지 않으면 주문이 저절로 취소돼요.
delivery-title = 배송
delivery-by = { $seller }에서 직접 보내 드려요.
delivery-free = 배송비는 무료예요.
delivery-fee = 배송비는 { $fee }이에요.
delivery-fee-free = 배송비는 { $fee }이고, 이 판매자의 상품을 { $free } 이상 사면 무료예요.
delivery-zone = { $zone } 지역은 { $fee }이 더해져요.
zone-jeju = 제주
zone-island = 도서 산간
deal-return-title = 교환·반품
deal-return-note = 받은 날부터 7일 안에 반품을 신청할 수 있어요.
return-how = 주문 내역에서 신청하면 판매자에게 바로 전달돼요.
deal-share = 공유하기
deal-share-copied = 주소를 복사했어요

## Too late
deal-again = 이 상품은 다시 열려요.
deal-again-see = 다음 딜 보기
deal-again-none = 지금 열린 다른 딜을 둘러보세요.
others-open = 지금 살 수 있는 다른 딜
