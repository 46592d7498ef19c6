#!/usr/bin/python3
"""The page where a token is wanted: BROWSER PROFILE URL TOKEN_FILE. It asks for the
token, refuses a wrong one, keeps the right one for this tab alone and out of every
address, and shows nothing once it is worth nothing. PAGE_SHOTS=DIR keeps pictures."""
import os
import secrets
import sys

sys.path.insert(0, os.path.dirname(__file__))
sys.dont_write_bytecode = True
from browser import Browser  # noqa: E402

program, profile, url, token_file = sys.argv[1:5]
with open(token_file, encoding="ascii") as file:
    token = file.read().strip()
shots = os.environ.get("PAGE_SHOTS")
LOGIN_IS_SHOWN = "!document.getElementById('login').hidden"
ROWS = "document.querySelectorAll('#rows tr').length"
SAID = "document.getElementById('refused').textContent"


def take_pictures(browser, name):
    for scheme in ("light", "dark"):
        for width in (1200, 390):
            if shots:
                browser.screenshot(f"{shots}/{name}-{scheme}-{width}.png", width, scheme)


browser = Browser(program, profile)
try:
    browser.go(url)
    browser.wait_for(LOGIN_IS_SHOWN)
    assert browser.evaluate("document.activeElement.id") == "token", "the field has not the focus"
    assert browser.evaluate(ROWS) == 0 and browser.evaluate("document.getElementById('counts').textContent") == ""
    take_pictures(browser, "login")

    browser.type("token", "f" * 64)
    browser.wait_for(f"{SAID} !== ''")
    assert browser.evaluate(LOGIN_IS_SHOWN) and browser.evaluate(ROWS) == 0
    assert browser.evaluate("sessionStorage.length") == 0, "a wrong token is kept"
    take_pictures(browser, "refused")

    browser.type("token", f"  {token} ")
    browser.wait_for(f"{ROWS} > 0")
    assert not browser.evaluate(LOGIN_IS_SHOWN)
    assert browser.evaluate("document.getElementById('token').value") == "", "the field still has it"
    assert browser.evaluate("Object.values(sessionStorage).join()") == token
    assert browser.evaluate("localStorage.length + document.cookie.length") == 0
    take_pictures(browser, "table")
    browser.evaluate("document.querySelector('#rows tr').click()")
    browser.wait_for("document.querySelector('tr.detail') !== null")
    take_pictures(browser, "detail")

    browser.call("Page.reload")
    browser.wait_for(f"document.readyState === 'complete' && {ROWS} > 0")

    # Revoked: what it opened is not left on the screen.
    with open(token_file + ".new", "w", encoding="ascii", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(secrets.token_hex(32))
    os.rename(token_file + ".new", token_file)
    browser.wait_for(f"{LOGIN_IS_SHOWN} && {ROWS} === 0")
    assert browser.evaluate("sessionStorage.length") == 0

    # Given up by the user.
    with open(token_file, encoding="ascii") as file:
        browser.type("token", file.read().strip())
    browser.wait_for(f"{ROWS} > 0")
    browser.evaluate("document.getElementById('forget').click()")
    browser.wait_for(f"{LOGIN_IS_SHOWN} && {ROWS} === 0")
    assert browser.evaluate("sessionStorage.length") == 0

    assert len(browser.urls) > 5, browser.urls
    assert all(address.startswith(url) and token not in address for address in browser.urls), browser.urls
    wrong = [entry for entry in browser.complaints if "401" not in entry["text"]]
    assert not wrong, wrong
finally:
    browser.end()
