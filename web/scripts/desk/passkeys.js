// Passkeys: the browser is asked, and its answer goes where the form goes. Without script, or where
// there are no passkeys, the forms stay hidden and a password does.

/** @typedef {{ challenge: string, publicKey: Record<string, any> }} Question */

/** Shows the forms that ask for a passkey, and asks when one is sent. */
export function offerPasskeys() {
  if (!("credentials" in navigator) || !("PublicKeyCredential" in window)) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void answer(form);
    });
  }
}

/**
 * Asks the browser, writes its answer into the form and sends that.
 * @param {HTMLFormElement} form
 */
async function answer(form) {
  const button = form.querySelector("button[type=submit]");
  const trouble = form.querySelector("[role=alert]");
  if (!(button instanceof HTMLButtonElement) || !(trouble instanceof HTMLElement)) return;
  button.disabled = true;
  trouble.hidden = true;
  try {
    const asked = await fetch(form.dataset.ask ?? "", { method: "POST", headers: { accept: "application/json" } });
    // Whoever signed in too long ago is led to do so again, as by any form.
    if (asked.status === 401) {
      location.assign("/desk/sign-in?back=%2Fdesk%2Fme&said=desk-again");
      return;
    }
    if (!asked.ok) throw new Error(`${asked.status}`);
    /** @type {Question} */
    const question = await asked.json();
    const made = form.dataset.passkey === "add" ? await make(question) : await show(question);
    write(form, "challenge", question.challenge);
    write(form, "answer", JSON.stringify(made));
    form.submit();
  } catch {
    // Called off, timed out, or there is no such passkey on this device.
    trouble.textContent = form.dataset.failed ?? "";
    trouble.hidden = false;
    button.disabled = false;
    button.focus();
  }
}

/** @param {Question} question */
async function make({ publicKey }) {
  const options = {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    user: { ...publicKey.user, id: bytes(publicKey.user.id) },
    excludeCredentials: named(publicKey.excludeCredentials),
  };
  const made = await navigator.credentials.create({
    publicKey: /** @type {PublicKeyCredentialCreationOptions} */ (/** @type {unknown} */ (options)),
  });
  if (!(made instanceof PublicKeyCredential)) throw new Error("no passkey");
  const response = /** @type {AuthenticatorAttestationResponse} */ (made.response);
  return told(made, {
    attestationObject: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

/** @param {Question} question */
async function show({ publicKey }) {
  const options = {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    allowCredentials: named(publicKey.allowCredentials),
  };
  const shown = await navigator.credentials.get({
    publicKey: /** @type {PublicKeyCredentialRequestOptions} */ (/** @type {unknown} */ (options)),
  });
  if (!(shown instanceof PublicKeyCredential)) throw new Error("no passkey");
  const response = /** @type {AuthenticatorAssertionResponse} */ (shown.response);
  return told(shown, {
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  });
}

/**
 * @param {PublicKeyCredential} credential
 * @param {Record<string, unknown>} response
 */
function told(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    extensions: credential.getClientExtensionResults(),
    response: { ...response, clientDataJSON: text(credential.response.clientDataJSON) },
  };
}

/** @param {{ id: string }[] | undefined} list */
function named(list) {
  return (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function write(form, name, value) {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}

/** @param {string} base64url */
function bytes(base64url) {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
