## Entrance
no-account = No account yet?
sign-in-keeps = What you hold stays in your cart when you sign in.
have-account = Have an account?
your-name = Your name
password = Password
password-hint = At least 8 characters.
password-length = A password has 8 to 128 characters.
sign-in-wrong = The email address or the password is not right.
sign-in-locked = Too many wrong tries. Please try again in { $span }.
email-taken = This address has an account already. Please sign in.
sign-up-failed = The account could not be made. Please check what you entered.
desk-sign-in = Sign in to the desk
