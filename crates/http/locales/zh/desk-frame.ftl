## Desk: frame
desk-more = 更多
desk-crumbs = 当前位置
role-viewer = 只读
role-support = 客服
role-merchandiser = 商品运营
role-owner = 所有者
