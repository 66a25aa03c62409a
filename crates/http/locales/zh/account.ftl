## Entrance
no-account = 还没有账号？
sign-in-keeps = 登录后，已占位的商品仍在购物车中。
have-account = 已有账号？
your-name = 姓名
password = 密码
password-hint = 至少 8 个字符。
password-length = 密码需为 8 至 128 个字符。
sign-in-wrong = 邮箱或密码不正确。
sign-in-locked = 多次输错，已暂时锁定，请 { $span } 后再试。
email-taken = 该邮箱已注册，请直接登录。
sign-up-failed = 注册失败，请检查填写内容。
desk-sign-in = 登录运营台
