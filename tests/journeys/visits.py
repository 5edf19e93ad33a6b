"""One person before one browser: words in the person's language, and an eye on every trouble."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

from tests.conftest import PASSWORD, Cast

DESK, PHONE = (1280, 900), (390, 844)
LOCALES = {"zh-hans": "zh-CN", "en": "en-US"}
expect.set_options(timeout=15_000)


@dataclass(frozen=True)
class Screen:
    """How wide the screen is, and what its reader reads."""

    language: str = "en"
    size: tuple[int, int] = DESK

    def __str__(self) -> str:
        return f"{self.language}-{self.size[0]}"


@dataclass
class Visit:
    """A browser of its own: cookies, storage and page are shared with nobody."""

    context: BrowserContext
    page: Page
    home: str
    screen: Screen
    troubles: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """Statuses that this journey means to meet."""

    @classmethod
    def begin(cls, browser: Browser, home: str, screen: Screen, **options) -> "Visit":
        width, height = screen.size
        context = browser.new_context(
            locale=LOCALES[screen.language],
            viewport={"width": width, "height": height},
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            base_url=home,
            **options,
        )
        context.set_default_timeout(15_000)
        visit = cls(context, context.new_page(), home, screen)
        visit.watch()
        return visit

    # --- Trouble: what the console says (blocked by the policy included), what fails to load

    def watch(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("response", self._answered)
        self.page.on("requestfailed", self._failed)

    def _heard(self, message: ConsoleMessage) -> None:
        about_status = "the server responded with a status of" in message.text
        if message.type in ("error", "warning") and not about_status:
            self.troubles.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.troubles.append(f"{response.status}: {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        """Left behind by going elsewhere, or taken over as a download, is no trouble."""
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"{request.failure}: {request.url}")

    # --- Words

    def say(self, sentence: str, context: str = "", **values: object) -> str:
        """A sentence of ours as this reader sees it."""
        with translation.override(self.screen.language):
            said = pgettext(context, sentence) if context else gettext(sentence)
        assert self.screen.language == "en" or said != sentence, f"not translated: {sentence}"
        return said % values if values else said

    # --- Where one goes

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        """Through the form, as people do."""
        self.page.goto("/")
        self.page.locator("[name=login]").fill(name)
        self.page.locator("[name=password]").fill(password)
        self.button("Sign in").click()
        expect(self.page.locator("#desk")).to_be_visible()

    def is_signed_in(self, cast: Cast, name: str) -> None:
        """A session made beforehand, for journeys that are about something else."""
        client = cast.signed_in(name, language=self.screen.language)
        for cookie in (settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME):
            value = client.cookies[cookie].value
            self.context.add_cookies([{"name": cookie, "value": value, "url": self.home}])

    def goto(self, address: str) -> None:
        self.page.goto(address)

    def go(self, task: str) -> None:
        """By the navigation: it calls the page by its own name."""
        tasks = self.page.get_by_role("navigation", name=self.say("Tasks"))
        tasks.get_by_role("link", name=self.say(task)).click()
        expect(self.page.locator("h1")).to_have_text(self.say(task))

    def go_and_review(self) -> None:
        """By the navigation to all that waits, and from there to the reports, one by one."""
        self.go("Review")
        self.link("Review reports one after the other").click()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    # --- What one finds there

    def button(self, name: str, *, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=self.say(name))

    def link(self, name: str, *, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("link", name=self.say(name))

    def box(self, name: str) -> Locator:
        """The field that is sent under this name."""
        return self.page.locator(f"[name={name}]")

    def row(self, title: str) -> Locator:
        """The line of the workbench that is about this measure."""
        return self.page.locator(".desk-row").filter(has_text=title)

    def waiting(self, heading: str) -> Locator:
        """A section of the workbench: what one waits for from others."""
        return self.page.get_by_role("region", name=self.say(heading))

    @property
    def panel(self) -> Locator:
        return self.page.locator("#panel")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def message(self, sentence: str, **values: object) -> None:
        expect(self.page.locator(".messages")).to_contain_text(self.say(sentence, **values))
