"""A headless Chromium, told what to do over a pipe (the DevTools protocol)."""
import base64
import json
import os
import subprocess
import time


class Browser:
    def __init__(self, program, profile):
        mine_in, its_out = os.pipe()
        its_in, mine_out = os.pipe()
        # It talks over descriptors 3 and 4.
        def take_pipes():
            os.dup2(its_in, 13)
            os.dup2(its_out, 14)
            os.dup2(13, 3)
            os.dup2(14, 4)
            for pipe in (3, 4):
                os.set_inheritable(pipe, True)
        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=take_pipes, close_fds=False, stderr=subprocess.DEVNULL)
        os.close(its_in)
        os.close(its_out)
        self.reader, self.writer = os.fdopen(mine_in, "rb"), os.fdopen(mine_out, "wb")
        self.buffer, self.number, self.session, self.urls, self.complaints = b"", 0, None, [], []

        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(domain + ".enable")

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.writer.write(json.dumps(message).encode() + b"\0")
        self.writer.flush()
        while True:
            answer = self._read()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _read(self):
        while b"\0" not in self.buffer:
            piece = self.reader.read1(1 << 16)
            if not piece:
                raise RuntimeError("the browser ended")
            self.buffer += piece
        text, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(text)
        if message.get("method") == "Network.requestWillBeSent":
            self.urls.append(message["params"]["request"]["url"])
        if message.get("method") == "Log.entryAdded":
            self.complaints.append(message["params"]["entry"])
        return message

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait_for(self, expression, seconds=20):
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise AssertionError(f"never: {expression}; {self.evaluate('document.body.innerText')}")
            time.sleep(0.05)

    def type(self, element, text):
        self.evaluate(f"document.getElementById('{element}').focus()")
        self.call("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", text="\r",
                      windowsVirtualKeyCode=13)

    def go(self, url):
        self.call("Page.navigate", url=url)
        self.wait_for("document.readyState === 'complete'")

    def screenshot(self, path, width, scheme):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=640, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        with open(path, "wb") as picture:
            picture.write(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def end(self):
        self.session = None
        try:
            self.call("Browser.close")
        except (RuntimeError, OSError):
            pass
        self.process.wait(10)
