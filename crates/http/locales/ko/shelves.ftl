## Masthead
seek = 검색
seek-hint = 상품, 브랜드, 판매자
all-deals = 전체 딜

## Home
home-hot = 빠르게 소진되고 있어요
home-ending = 곧 끝나요
see-all = 모두 보기
see-over = 끝난 딜 보기
all-over = 준비한 딜이 모두 끝났어요. 찾아 주셔서 고마워요.
bell-never = 곧 첫 딜을 알려 드릴게요
bell-over = 이번 페스티벌이 끝났어요

## Lists
deals-found = 딜 { $count }개
bells = 시간대
time-open = 지금 열림
time-next = 열릴 예정
time-over = 끝남
list-sort = 정렬
sort-bell = 최근 오픈순
sort-next = 오픈 임박순
sort-ended = 최근 종료순
sort-fit = 관련도순
sort-ending = 마감 임박순
sort-discount = 할인율순
sort-cheap = 낮은 가격순
sort-dear = 높은 가격순
list-filters = 필터
filters-set = 적용한 필터
filters-clear = 필터 모두 지우기
filter-off = 필터 지우기
list-discount = 할인율
discount-any = 상관없음
discount-from = { $percent }% 이상 할인
only-left = 남은 수량이 있는 딜만
only-members = 회원 전용 딜만
price-range = 가격 ({ $currency })
price-least = 최소
price-most = 최대
price-from-to = { $price } 이상
price-up-to = { $price } 이하
price-unread = 가격은 숫자로 적어 주세요. 예: 30000
sought = ‘{ $typed }’ 검색 결과
list-of = { $moment } 기준 목록이에요. 보는 동안 순서가 바뀌지 않아요.
list-anew = 새로 고침
seek-what = 찾는 상품의 이름이나 브랜드, 판매자를 적어 주세요.
none-so = 조건에 맞는 딜이 없어요. 필터를 줄여 보세요.
none-called = 그런 이름의 딜이 없어요. 다른 말로 찾아 보세요.
none-then = 이 시간대에는 딜이 없어요.
whenever = 모든 시간대 보기

## The line
line-lost = 연결이 끊겼어요. 수량은 마지막으로 받은 값이에요.
line-found = 다시 연결됐어요.
offline-title = 인터넷에 연결되어 있지 않아요
offline-note = 연결되면 이어서 볼 수 있어요. 담아 둔 상품은 남은 시간 동안 그대로예요.
