## Frame
skip = 본문으로 바로 가기
nav-shop = 쇼핑
nav-more = 더 보기
nav-desk = 운영
language = 언어
watches = 알림 받는 딜
orders = 주문 내역
cart = 장바구니
cart-holds = 담아 둔 상품 { $count }개
sign-in = 로그인
sign-up = 회원 가입
sign-out = 로그아웃
board = 실시간 현황판
shop-time = 모든 시각은 { $zone } 기준이에요.
time-zone-Asia-Seoul = 한국 시간
time-zone-Asia-Shanghai = 중국 시간
time-zone-Asia-Tokyo = 일본 시간

## Figures
claimed = { $percent }% 소진
days-clock = { $days }일 { $clock }
span-seconds = { $count }초
span-minutes = { $count }분
span-hours = { $count }시간
span-days = { $count }일
hold-left = { $span } 남았어요
price-from = { $price }부터
price-was = 정가 { $price }
free = 무료

## Troubles
trouble-missing = 페이지를 찾을 수 없어요
trouble-missing-note = 주소가 바뀌었거나 더는 없는 상품이에요.
trouble-missing-note-desk = 주소가 바뀌었거나 그런 번호가 없어요. 주소를 다시 확인해 주세요.
trouble-forbidden = 여기는 들어갈 수 없어요
trouble-forbidden-note = 다른 분의 것이거나 권한이 더 필요해요. 로그인 상태를 확인해 주세요.
trouble-malformed = 요청을 이해하지 못했어요
trouble-malformed-note = 이전 페이지로 돌아가 다시 시도해 주세요.
trouble-too-many = 조금 빨랐어요
trouble-too-many-note = 요청이 너무 많았어요. { $span } 뒤에 다시 시도해 주세요. 담아 둔 상품은 그대로예요.
trouble-unavailable = 지금은 답할 수 없어요
trouble-unavailable-note = 사람이 몰리고 있어요. { $span } 뒤에 다시 시도해 주세요. 처리되지 않은 것은 없던 일이고, 담아 둔 상품은 그대로예요.
trouble-refused = 처리하지 못했어요
try-again = 다시 시도
