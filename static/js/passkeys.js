// Asks the browser for a passkey and sends its form with the answer. The console decides what the answer is worth.
(() => {
  "use strict";

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  // The question as WebAuthn takes it, and the answer as the console reads it; not every browser has parseRequestOptionsFromJSON and toJSON.
  const described = (list) => list?.map((each) => ({ ...each, id: bytes(each.id) }));
  const question = ({ challenge, user, allowCredentials, excludeCredentials, ...rest }) => ({
    ...rest,
    challenge: bytes(challenge),
    ...(user && { user: { ...user, id: bytes(user.id) } }),
    ...(allowCredentials && { allowCredentials: described(allowCredentials) }),
    ...(excludeCredentials && { excludeCredentials: described(excludeCredentials) }),
  });
  const answer = ({ id, rawId, type, response, authenticatorAttachment }) => {
    const given = { clientDataJSON: text(response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) if (response[name]) given[name] = text(response[name]);
    if (response.getTransports) given.transports = response.getTransports();
    return JSON.stringify({ id, rawId: text(rawId), type, authenticatorAttachment: authenticatorAttachment ?? undefined, clientExtensionResults: {}, response: given });
  };

  const unanswered = "The console did not answer as expected. Reload the page and try again.";
  const words = {
    NotAllowedError: "No passkey was given: it was cancelled, took too long, or there is none for this console.",
    InvalidStateError: "That device keeps a passkey of this account already.",
    SecurityError: "The browser keeps no passkeys for this address.",
    NotSupportedError: "That device keeps no passkeys of the kind that is needed.",
  };

  const ask = async (place) => {
    const asked = await fetch(place.dataset.passkey, { method: "POST", headers: { accept: "application/json" } }).catch(() => null);
    if (asked?.status === 429) throw new Error("There were too many tries from your address. Wait a minute, then try again.");
    if (!asked?.ok || !asked.headers.get("content-type")?.startsWith("application/json")) throw new Error(unanswered);
    const publicKey = question((await asked.json()).publicKey);
    return "passkeyNew" in place.dataset ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
  };

  for (const place of document.querySelectorAll("[data-passkey]")) {
    const form = place.closest("form");
    const button = place.querySelector("button");
    const problem = place.querySelector("[role=alert]");
    const say = (sentence) => {
      problem.querySelector("span").textContent = sentence;
      problem.hidden = sentence === "";
    };
    if (!window.PublicKeyCredential) {
      say("This browser has no passkeys here. The other ways remain.");
      continue;
    }
    const press = async () => {
      if (button.disabled || ("passkeyNew" in place.dataset && !form.reportValidity())) return;
      say("");
      button.disabled = true;
      try {
        place.querySelector("input").value = answer(await ask(place));
        form.submit();
      } catch (error) {
        say(words[error.name] ?? (error.name === "Error" ? error.message : unanswered));
        button.disabled = false;
        button.focus();
      }
    };
    button.parentElement.hidden = false;
    button.addEventListener("click", press);
    // Enter in a field of a form that has no other button.
    form.addEventListener("submit", (event) => {
      if (form.querySelector("[type=submit]")) return;
      event.preventDefault();
      press();
    });
  }
})();
