// Joins the page to allauth's script: shows what needs a passkey where the browser can do it, hands over what the device
// is asked, and says so when it gives no answer.
const said = document.getElementById("passkey-error");
if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-passkey-without]")) part.hidden = true;
  const button = "passkey-button";
  window.allauth.webauthn.forms[said.dataset.passkeyForm]({
    ids: { add: button, login: button, authenticate: button, credential: "passkey-credential", passwordless: "passkey-alone" },
    data: JSON.parse(said.dataset.passkeyOptions),
  });
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  said.hidden = false;
});
