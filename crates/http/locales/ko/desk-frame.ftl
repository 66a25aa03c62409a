## Desk: frame
desk-more = 더 보기
desk-crumbs = 위치
role-viewer = 보기 전용
role-support = 고객 지원
role-merchandiser = 상품 담당
role-owner = 소유자
