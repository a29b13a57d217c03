"""Who may do what: one table of deeds and roles that an official can read."""

from __future__ import annotations

from alliance.core.problems import NotAllowed, NotSignedIn, refuse
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import Role, Word

STATION, ORGANIZATION = Role.STATION_HEAD, Role.ORGANIZATION_STAFF
CITY, DISTRICT, BASE = Role.CITY_BUREAU, Role.DISTRICT_BUREAU, Role.BASE_MANAGER


class Deed(Word):
    """Something that can be done, and that the journal names."""

    SIGN_IN = "sign in", "登录"
    SIGN_OUT = "sign out", "退出"
    ADD_ACCOUNT = "add an account", "开设账号"
    DISABLE_ACCOUNT = "disable an account", "停用账号"
    LIST_CAPABILITY = "list a capability", "登记服务能力"
    REVISE_CAPABILITY = "revise a capability", "修改服务能力"
    CONFIRM_CAPABILITY = "confirm a capability as current", "确认服务能力有效"
    WITHDRAW_CAPABILITY = "withdraw a capability", "撤下服务能力"
    DRAFT_NEED = "have a sentence read as a need", "拟需求"
    POST_NEED = "post a need", "发布需求"
    REVISE_NEED = "revise a need", "修改需求"
    WITHDRAW_NEED = "withdraw a need", "撤回需求"
    CLOSE_NEED = "close a need", "结项"
    DIVERT_TEXT = "have a text answered with the reporting route", "转报告渠道"
    REFUSE_TEXT = "have a text refused for its content", "文字被退回"
    APPROVE_NEED = "put a need held for review on the board", "审核通过"
    CLAIM_NEED = "claim a need", "认领需求"
    ACCEPT_CLAIM = "accept a claim", "接受认领"
    DECLINE_CLAIM = "decline a claim", "谢绝认领"
    RELEASE_CLAIM = "give a claim back", "退回认领"
    START_CLAIM = "start the service", "开始服务"
    COMPLETE_CLAIM = "complete the service with a record", "完成并记录"
    LAPSE_CLAIM = "let a claim lapse", "认领逾期"
    OPEN_CONTACT = "open the other side's contact", "查看对方联系方式"
    PREVIEW_BOOKING = "see what of a booking could be had", "预览场地"
    BOOK_ROOM = "book a room of the base", "预约场地"
    CONFIRM_BOOKING = "confirm a booking", "确认预约"
    MOVE_BOOKING = "move a booking", "改期换房"
    CANCEL_BOOKING = "cancel a booking", "取消预约"
    EXPIRE_BOOKING = "let a booking end that was not confirmed in time", "预约逾期"
    REPORT_NO_SHOW = "report that nobody came", "登记未到场"
    CLOSE_ROOMS = "shut the base or a room for a while", "登记闭馆"
    REOPEN_ROOMS = "take a closure back", "取消闭馆"
    IMPORT_CLOSURES = "import a calendar of closures", "导入闭馆日历"
    MAKE_CALENDAR_FEED = "make a calendar to subscribe to", "开通日历订阅"
    REVOKE_CALENDAR_FEED = "end a calendar that was subscribed to", "停用日历订阅"
    SEE_WORKLIST = "see the needs one's organization can serve", "查看可接需求"
    SEE_COVERAGE = "see what is missing where, and why", "查看覆盖缺口"
    SEE_JOURNAL = "read the journal as far as it concerns oneself", "查看日志"
    SEED = "load data into an empty database", "导入数据"


MAY: dict[Deed, frozenset[Role]] = {
    Deed.SIGN_IN: frozenset(Role),
    Deed.SIGN_OUT: frozenset(Role),
    Deed.ADD_ACCOUNT: frozenset(),  # by the command line only
    Deed.DISABLE_ACCOUNT: frozenset(),  # by the command line only
    Deed.LIST_CAPABILITY: frozenset({ORGANIZATION}),
    Deed.REVISE_CAPABILITY: frozenset({ORGANIZATION}),
    Deed.CONFIRM_CAPABILITY: frozenset({ORGANIZATION}),
    Deed.WITHDRAW_CAPABILITY: frozenset({ORGANIZATION}),
    Deed.DRAFT_NEED: frozenset({STATION}),
    Deed.POST_NEED: frozenset({STATION}),
    Deed.REVISE_NEED: frozenset({STATION}),
    Deed.WITHDRAW_NEED: frozenset({STATION}),
    Deed.CLOSE_NEED: frozenset({STATION}),
    Deed.DIVERT_TEXT: frozenset(Role),  # screening does it, whoever wrote the text
    Deed.REFUSE_TEXT: frozenset(Role),
    Deed.APPROVE_NEED: frozenset({CITY, DISTRICT}),  # and only with the duty flag
    Deed.CLAIM_NEED: frozenset({ORGANIZATION}),
    Deed.ACCEPT_CLAIM: frozenset({STATION}),
    Deed.DECLINE_CLAIM: frozenset({STATION}),
    Deed.RELEASE_CLAIM: frozenset({ORGANIZATION, STATION}),
    Deed.START_CLAIM: frozenset({ORGANIZATION}),
    Deed.COMPLETE_CLAIM: frozenset({ORGANIZATION}),
    Deed.LAPSE_CLAIM: frozenset(),  # the service does it when the time is over
    Deed.OPEN_CONTACT: frozenset({ORGANIZATION, STATION}),
    Deed.PREVIEW_BOOKING: frozenset({ORGANIZATION, STATION, BASE}),
    Deed.BOOK_ROOM: frozenset({ORGANIZATION, STATION, BASE}),
    Deed.CONFIRM_BOOKING: frozenset({BASE}),
    Deed.MOVE_BOOKING: frozenset({ORGANIZATION, STATION, BASE}),
    Deed.CANCEL_BOOKING: frozenset({ORGANIZATION, STATION, BASE}),
    Deed.EXPIRE_BOOKING: frozenset(),  # the service does it when the time is over
    Deed.REPORT_NO_SHOW: frozenset({BASE}),
    Deed.CLOSE_ROOMS: frozenset({BASE}),
    Deed.REOPEN_ROOMS: frozenset({BASE}),
    Deed.IMPORT_CLOSURES: frozenset({BASE}),
    Deed.MAKE_CALENDAR_FEED: frozenset(Role),  # of one's own bookings only who has some
    Deed.REVOKE_CALENDAR_FEED: frozenset(Role),
    Deed.SEE_WORKLIST: frozenset({ORGANIZATION}),
    Deed.SEE_COVERAGE: frozenset({CITY, DISTRICT}),
    Deed.SEE_JOURNAL: frozenset(Role),
    Deed.SEED: frozenset(),  # by the command line only
}


def may(viewer: Viewer, deed: Deed) -> bool:
    """True when the caller's role may do `deed` at all; whether to *this* thing, `reads.visible` decides."""
    return viewer.role in MAY[deed]


def allow(viewer: Viewer, deed: Deed) -> None:
    """First line of every action. Refuses: NotSignedIn, NotAllowed."""
    if viewer.role is None:
        refuse(NotSignedIn())
    if not may(viewer, deed):
        refuse(NotAllowed())
