## Entrance
no-account = 아직 회원이 아니신가요?
sign-in-keeps = 로그인해도 담아 둔 상품은 장바구니에 그대로 있어요.
have-account = 이미 회원이신가요?
your-name = 이름
password = 비밀번호
password-hint = 8자 이상으로 정해 주세요.
password-length = 비밀번호는 8자 이상 128자 이하로 정해 주세요.
sign-in-wrong = 이메일이나 비밀번호가 맞지 않아요.
sign-in-locked = 여러 번 틀려서 잠시 잠겼어요. { $span } 뒤에 다시 시도해 주세요.
email-taken = 이미 가입된 이메일이에요. 로그인해 주세요.
sign-up-failed = 가입하지 못했어요. 입력한 내용을 확인해 주세요.
desk-sign-in = 운영 데스크 로그인
