"""Every closed set of the alliance's trade, one word per idea, each with its English and Chinese label."""

from __future__ import annotations

from enum import Enum
from typing import Self


class Word(Enum):
    """One value of a closed set: its code is the name, `en` and `zh` are what people read."""

    en: str
    zh: str

    def __new__(cls, en: str, zh: str) -> Self:
        word = object.__new__(cls)
        word.en, word.zh = en, zh
        return word

    def __str__(self) -> str:
        return self.name

    def label(self, language: str) -> str:
        """The word for people, in `zh` or `en`."""
        return self.zh if language.startswith("zh") else self.en


class Role(Word):
    """What an account may stand for."""

    STATION_HEAD = "head of a care station", "站长"
    ORGANIZATION_STAFF = "staff of a member organization", "机构人员"
    CITY_BUREAU = "official of the city bureau", "市民政局"
    DISTRICT_BUREAU = "official of a district bureau, for the own district", "区民政局"
    BASE_MANAGER = "manager of the shared activity base", "基地管理员"


class Provenance(Word):
    """Where a record comes from, so that nobody takes an example for a fact."""

    SOURCE = "named in a public source", "来源可查"
    FICTIONAL = "invented example, not a real body or event", "虚构示例"
    RECORDED = "entered by an account of this alliance", "本系统登记"


class Membership(Word):
    """How an organization stands to the alliance."""

    MEMBER = "member of the alliance", "联盟成员"
    SUSPENDED = "membership suspended", "暂停成员资格"
    LEFT = "no longer a member", "已退出"


class TownKind(Word):
    """What kind of town-level unit a code stands for."""

    SUBDISTRICT = "subdistrict", "街道"
    TOWN = "town", "镇"
    STATISTICAL_ZONE = "zone that exists in statistics only; carries no station", "统计园区"


class DistrictKind(Word):
    """What kind of district-level unit a code stands for."""

    DISTRICT = "district of the city", "区"
    COUNTY_LEVEL_CITY = "county-level city", "县级市"


class ModelLevel(Word):
    """Whether a station is recognised as a model."""

    NONE = "no recognition recorded", "未记载"
    CANDIDATE = "working towards provincial model status", "争创省级示范"
    PROVINCIAL = "provincial model station", "省级示范"


class Mode(Word):
    """Where a service takes place."""

    AT_STATION = "at the care station", "站内"
    AT_BASE = "at the shared activity base", "活动基地"
    HOME_VISIT = "at the families' homes", "上门"
    ONLINE = "online", "线上"

    @property
    def is_face_to_face(self) -> bool:
        """True where staff meet children in person, so that background checks bind."""
        return self is not Mode.ONLINE


class Urgency(Word):
    """How soon a need must be met. True emergencies never become a need."""

    ROUTINE = "no hurry", "不急"
    SOON = "soon", "尽快"
    URGENT = "urgent", "紧急"


class Sensitivity(Word):
    """How much of a need in this category others may see before a claim is accepted."""

    NORMAL = "shown to all alliance members", "普通"
    ELEVATED = "before a claim only category, district and head count", "较敏感"
    RESTRICTED = "only for the bureau and organizations holding the qualification", "受限"
    EMERGENCY_ROUTE = "never posted; answered with the reporting route", "紧急通道"


class Unit(Word):
    """The reporting unit of service records in a category."""

    ITEM = "item", "份/件"
    HOUSEHOLD = "household", "户"
    CHILD = "child", "人"
    PERSON_TIME = "person-time", "人次"
    SESSION = "session", "次/场"
    CASE = "case", "案"
    DAY = "day", "天"
    MONTH = "month", "月"


class LabelRisk(Word):
    """How far the label of a child group may be shown before a claim."""

    LOW = "may be shown with district and head count", "低"
    MEDIUM = "shown with district; head count hidden when small", "中"
    HIGH = "only the parent group and the district are shown", "高"
    NEVER_PUBLIC = "not accepted on the board at all", "不上板"


class GroupKind(Word):
    """What kind of word a child group is."""

    POLICY = "category of civil-affairs rules", "政策类别"
    DESCRIPTIVE = "everyday or planning word", "日常说法"
    RESTRICTED = "refused in a posted need", "不得发布"
    ADULT = "beneficiary that is not a child", "成人对象"


class Qualification(Word):
    """What staff or an organization must hold for some services."""

    SOCIAL_WORKER_ASSISTANT = "assistant social worker", "助理社会工作师（初级）"
    SOCIAL_WORKER_INTERMEDIATE = "social worker, intermediate", "社会工作师（中级）"
    SOCIAL_WORKER_SENIOR = "senior social worker or supervisor", "高级社会工作师或资深督导"
    PSYCH_PROFESSIONAL = "psychological counsellor, therapist or psychiatrist", "心理咨询、治疗或精神科专业人员"
    CRISIS_PROTOCOL = "written crisis protocol with a hospital", "书面危机干预流程并与医院联动"
    LAWYER = "practising lawyer", "执业律师"
    LAWYER_OR_PROSECUTOR = "lawyer, prosecutor or judge", "律师、检察官或法官"
    TEACHER_OR_STUDENT_VOLUNTEER = "teacher or trained student volunteer", "教师资格或经培训的大学生志愿者"
    SPECIAL_ED_TEACHER = "special-education teacher", "特殊教育教师"
    REHAB_THERAPIST = "rehabilitation therapist", "康复治疗师"
    MEDICAL_STAFF = "medical staff", "医护人员"
    FAMILY_EDUCATION_GUIDE = "family-education guide", "家庭教育指导人员"
    FIRST_AID = "first-aid certificate", "急救资质"
    TRAINED_INSTRUCTOR = "instructor trained for the topic", "受过专题师资培训"
    AGENCY_LICENCE = "licence for care or placement, with the bureau's consent", "照料或安置资格（民政部门同意）"


class RoomKind(Word):
    """What a room of the base is made for."""

    HALL = "hall", "活动厅"
    COUNSELLING = "counselling room", "心理咨询室"
    READING = "reading room", "阅览室"
    CRAFT = "craft room", "手工室"
    TRAINING = "training room", "培训室"
    SPORT = "sports room", "运动室"
    KITCHEN = "kitchen", "小厨房"


class DayKind(Word):
    """What a calendar day is to the base: public holidays and make-up workdays have opening hours of their own."""

    ORDINARY = "a day like its weekday", "平日"
    HOLIDAY = "public holiday", "法定节假日"
    MAKE_UP_WORKDAY = "weekend day on which the country works", "调休上班日"


class ClosureReason(Word):
    """Why the base or one of its rooms is shut for a while."""

    MAINTENANCE = "repairs or cleaning", "维修保洁"
    OWN_EVENT = "the base needs it itself", "基地自用"
    WEATHER = "weather", "天气原因"
    OTHER = "another reason", "其他原因"


class BookingPurpose(Word):
    """What a room is booked for."""

    OWN_ACTIVITY = "an activity of one's own", "自办活动"
    JOINT_ACTIVITY = "a joint activity of several organizations", "联办活动"
    CLAIM = "the service of a claim", "认领服务"


class BookingState(Word):
    """Where a booking stands. Only a held and a confirmed one take their room."""

    REQUESTED = "asked for; nothing is taken yet", "待基地确认"
    HELD = "room taken until it is confirmed or the hold ends", "暂留"
    CONFIRMED = "confirmed by the base", "已确认"
    DONE = "has taken place", "已结束"
    CANCELLED = "cancelled", "已取消"
    NO_SHOW = "nobody came", "无人到场"
    EXPIRED = "not confirmed in time", "逾期失效"

    @property
    def takes_room(self) -> bool:
        """True while its quarter-hours stand in the way of others."""
        return self in {BookingState.HELD, BookingState.CONFIRMED}


class RoomStanding(Word):
    """Whether a claim has the room it asked for."""

    NONE = "no room was asked for", "未要场地"
    HELD = "held until the base confirms it or the hold ends", "场地暂留"
    CONFIRMED = "confirmed by the base", "场地已确认"
    LOST = "cancelled or not confirmed in time: the claim has no room", "场地已失去"


class CancelCode(Word):
    """Why a booking is cancelled."""

    NOT_NEEDED = "no longer needed", "不再需要"
    TIME_CONFLICT = "time no longer fits", "时间冲突"
    TOO_FEW = "too few will come", "人数不足"
    ROOM_LOST = "the room cannot be used", "场地不可用"
    OTHER_CHOSEN = "the base gives the time to another request", "时段另有安排"
    CLAIM_ENDED = "the claim it was for has ended", "所属认领已结束"


class RoomVerdict(Word):
    """Whether a room can be had at one time, and if not, why."""

    FREE = "free", "可订"
    CLASH = "taken at that time, set-up and clear-up included", "已被占用"
    SELF_CLASH = "overlaps another time of the same series", "与本系列自身冲突"
    CLOSED = "the base or the room is shut then", "不开放"
    OVER_PEAK_LIMIT = "more peak times than one organization may have in a month", "超出高峰时段限额"
    TOO_LARGE = "more people than the room holds", "超出容量"


class OnClash(Word):
    """What becomes of a series where some of its times cannot be had."""

    ALL_OR_NOTHING = "nothing is booked", "全订或不订"
    SKIP = "the others are booked", "跳过冲突"
    TAKE_ALTERNATIVE = "the first alternative is booked where there is one, and nothing if any has none", "改用备选"


class SeriesPart(Word):
    """How much of a series a deed is about; what has begun already stays as it is."""

    ONE = "this booking", "仅此一次"
    FOLLOWING = "this booking and the ones behind it", "此次及以后"
    ALL = "all that have not begun", "全部未开始"


class FeedScope(Word):
    """What a calendar shows that people subscribe to."""

    BASE = "everything in one base", "基地全部场地"
    ROOM = "everything in one room", "单个场地"
    OWN = "the bookings that concern the own body", "本单位的预约"


class ImportOutcome(Word):
    """What became of one event of an imported calendar."""

    STORED = "it is new and its times are closures now", "已登记"
    UNCHANGED = "its closures stood already, exactly so", "无变化"
    REPLACED = "its closures stood otherwise and are as the calendar says now", "已更新"
    REMOVED = "its closures were taken back", "已撤销"
    IGNORED = "nothing of it is stored", "未登记"


class ImportReason(Word):
    """Why an event of an imported calendar is not stored, or not wholly."""

    CANCELLED = "it is cancelled", "已取消"
    PAST = "it is past", "已过期"
    TOO_FAR_AHEAD = "it is more than 18 months ahead", "超出18个月"
    NO_START = "it has no start", "缺少开始时间"
    NO_LENGTH = "it ends when it starts", "没有时长"
    NO_UID = "it has no UID, so that it could not be found again", "缺少UID"
    UNREADABLE = "its times cannot be read", "时间无法识别"
    TOO_MANY = "it has more times than one import takes", "次数过多"
    TITLE_LEFT_OUT = "its title cannot be kept; its times are stored without it", "标题未保留"


class NeedState(Word):
    """Where a need stands. The first five derive from its claims, the others are set."""

    OPEN = "open: no place is held", "待认领"
    PARTLY_CLAIMED = "some places are held", "部分认领"
    CLAIMED = "all places are held", "已认领"
    IN_DELIVERY = "all places are held and delivery has begun", "服务中"
    DELIVERED = "all places are delivered", "已完成"
    NEEDS_REVIEW = "held back until the duty officer has read it", "待审核"
    WITHDRAWN = "withdrawn by the station", "已撤回"
    EXPIRED = "expired after the station was asked", "已过期"
    CLOSED = "closed", "已结项"


class ClaimState(Word):
    """Where a claim stands. The first four hold their places."""

    PROPOSED = "proposed by the organization", "待站点确认"
    ACCEPTED = "accepted by the station", "已接受"
    ACTIVE = "service has started", "服务中"
    COMPLETED = "completed with a service record", "已完成"
    DECLINED = "declined by the station", "站点谢绝"
    RELEASED = "given back", "已退回"
    LAPSED = "lapsed through silence", "逾期失效"

    @property
    def holds_places(self) -> bool:
        """True while the claim's places count against the need and the quota."""
        return self in {ClaimState.PROPOSED, ClaimState.ACCEPTED, ClaimState.ACTIVE, ClaimState.COMPLETED}


class DeclineCode(Word):
    """Why a station declines a claim."""

    AREA = "too far from here", "离得太远"
    AGE = "wrong ages", "年龄不合"
    TIME = "time does not fit", "时间不合"
    FULL = "the organization said it is full", "机构已满"
    GROUP = "not the right offer for this group", "对象不合"
    MET_OTHERWISE = "already met otherwise", "已另行解决"
    NOT_SAID = "no reason given", "未说明"
    SAFETY = "concern about safety", "安全顾虑"


class ReleaseCode(Word):
    """Why a held claim is given back."""

    STAFF_UNAVAILABLE = "the organization has no staff", "机构人手不足"
    TIME_CONFLICT = "time no longer fits", "时间冲突"
    NEED_CHANGED = "the need has changed", "需求有变"
    VENUE_LOST = "the venue is gone", "场地没有了"
    NO_CONTACT = "the other side cannot be reached", "联系不上"
    NOT_SAID = "no reason given", "未说明"
    NEED_WITHDRAWN = "the station withdrew the need", "站点撤回需求"
    CAPABILITY_WITHDRAWN = "the organization withdrew the capability", "机构撤下服务"
    ROOM_EXPIRED = "its room was not confirmed in time", "场地逾期未确认"
    SAFETY = "concern about safety", "安全顾虑"


class ContactRole(Word):
    """What the adult is whom the other side of a claim reaches."""

    STATION_LEAD = "runs the station", "站点负责人"
    STATION_DUTY = "on duty at the station", "站点值班人员"
    PROJECT_LEAD = "leads the services", "项目负责人"
    SOCIAL_WORKER = "social worker", "社工"
    VOLUNTEER_LEAD = "coordinates the volunteers", "志愿者负责人"


class ContactReason(Word):
    """Why somebody opens the other side's contact."""

    ARRANGE_VISIT = "arrange the service", "商定上门或到访"
    CHANGE_OF_TIME = "change of time or place", "改时间或地点"
    ON_THE_WAY = "on the way, or not finding the place", "已在路上，或找不到地方"
    QUESTION = "question about what was agreed", "核对约定的内容"
    FEEDBACK = "feedback on the service", "服务后的反馈"


class Outcome(Word):
    """How a delivered service ended."""

    DELIVERED = "delivered as agreed", "按约完成"
    PARTLY_DELIVERED = "delivered in part", "部分完成"
    NOT_DELIVERED = "not delivered", "未能提供"


class WithdrawReason(Word):
    """Why a station withdraws a need."""

    MET_OTHERWISE = "met otherwise", "已另行解决"
    NO_LONGER_NEEDED = "no longer needed", "不再需要"
    POSTED_IN_ERROR = "posted in error", "发错了"


class Verdict(Word):
    """How an organization stands to a need."""

    ELIGIBLE = "can serve it", "可以承接"
    BARRED = "offers it, but at least one rule is broken", "暂不能承接"
    NOT_OFFERED = "offers nothing on this topic", "没有相关服务"


class Rule(Word):
    """A hard rule between a need and a capability."""

    MEMBERSHIP = "membership in the alliance", "联盟成员资格"
    VETTING = "background check younger than 12 months", "从业查询一年内有效"
    VALIDITY = "capability still valid", "服务在有效期内"
    AREA = "area covers the station", "服务区域"
    AGE = "age ranges overlap", "年龄"
    MODE = "place of service", "服务方式"
    WINDOW = "common time", "时间"
    CAPACITY = "places enough for the smallest part", "名额"
    QUALIFICATION = "qualification for a restricted service", "资质"
    LEAD_TIME = "time to prepare", "准备时间"


class Criterion(Word):
    """A named ground on which eligible organizations are ranked."""

    CATEGORY = "service asked for", "服务类目"
    WORDING = "words in common", "文字相近"
    NEARNESS = "near the station", "距离"
    AGE_FIT = "covers the ages", "年龄吻合"
    GROUP_FIT = "meant for this group", "对象吻合"
    TIME_FIT = "time in common", "时间吻合"
    PLACES_LEFT = "places left", "名额充足"
    FRESHNESS = "recently confirmed", "信息新鲜"
    BALANCE = "few open claims", "负荷较轻"


class CauseStage(Word):
    """The furthest stage an unmet need has reached, nearest to nothing first."""

    NO_CAPABILITY = "nobody offers it", "没有机构提供"
    AREA = "offered, but not here", "够不着"
    AGE = "offered here, but for other ages", "年龄不合"
    MODE = "offered, but not in this way", "方式不合"
    WINDOW = "offered, but at other times", "时间不合"
    CAPACITY = "offered, but full or too small", "名额不足"
    QUALIFICATION = "offered, but qualification, check or membership is missing", "资质或查询缺失"
    UNASKED = "can be served, and nobody has claimed yet", "有机构可接、尚无人认领"
    DECLINED = "claimed and declined or given back", "认领后被谢绝或退回"
    SILENT = "claimed, and the other side is silent", "认领后无回音"
    UNDELIVERED = "claimed, not yet delivered", "已认领、未完成"


class AgeBand(Word):
    """An age band of reports, in completed years."""

    AGES_0_2 = "0 to 2 years", "0-2岁 婴幼儿"
    AGES_3_5 = "3 to 5 years", "3-5岁 学龄前"
    AGES_6_8 = "6 to 8 years", "6-8岁 小学低年级"
    AGES_9_11 = "9 to 11 years", "9-11岁 小学高年级"
    AGES_12_14 = "12 to 14 years", "12-14岁 初中段"
    AGES_15_17 = "15 to 17 years", "15-17岁 高中段"

    @property
    def years(self) -> tuple[int, int]:
        """Lowest and highest age of the band, inclusive."""
        low, high = self.name.removeprefix("AGES_").split("_")
        return int(low), int(high)


class HeadcountBand(Word):
    """How many places a need asks for, as coarse as everybody may know."""

    UNKNOWN = "not known", "未填"
    UNDER_5 = "fewer than 5", "5人以下"
    FROM_5_TO_9 = "5 to 9", "5-9人"
    FROM_10_TO_29 = "10 to 29", "10-29人"
    FROM_30 = "30 or more", "30人及以上"


class CountState(Word):
    """How much of a count may be shown."""

    EXACT = "the exact number", "准确数"
    BELOW_LIMIT = "from 1 to 4, not shown", "少于5"
    WITHHELD = "not for your eyes: another district's, or it would give a small neighbour away", "不向你显示"
    NOTHING_ASKED = "nothing was asked", "没有需求"


class HarmSignal(Word):
    """Why a text is answered with the reporting route instead of being posted."""

    MANDATORY_REPORT = "signs of harm: duty to report at once", "疑似侵害，须立即报告"
    PSYCHOLOGICAL_EMERGENCY = "danger of self-harm", "心理危机"
    MEDICAL_EMERGENCY = "medical emergency", "急症"


class IdentityKind(Word):
    """What in a text points to a person."""

    ID_NUMBER = "resident ID number", "身份证号"
    MOBILE = "mobile phone number", "手机号"
    BANK_CARD = "bank card or account number", "银行卡号"
    ACCOUNT = "WeChat, QQ or other account", "微信/QQ等账号"
    NAME = "name of a person", "姓名"
    BIRTH_DATE = "birth date", "出生日期"
    ADDRESS = "home address", "住址"
    SCHOOL_CLASS = "school and class", "学校班级"
    CHILD_STATUS = "diagnosis or status of one child", "单个孩子的病情或身份"
    ATTACHMENT = "photo or file of a person", "照片或附件"


class NotANeedKind(Word):
    """What a text is, if it is not a need."""

    ROOM = "a room is asked for: book it at the base", "借场地"
    MONEY = "money, a donation or an account", "钱款、捐赠"
    CUSTODY = "custody or placement, which only the civil-affairs department decides", "监护安置"
    ELDER_CARE = "a service for old people", "养老服务"
    UNCLEAR = "it does not say what is wanted", "不清楚要什么"


class ScreeningAnswer(Word):
    """What screening says of a text."""

    ACCEPT = "may be stored", "通过"
    REFUSE_IDENTITY = "points to a person", "含个人信息"
    DIVERT = "speaks of harm", "须报告"
    NOT_A_NEED = "is not a need", "不是需求"
    REVIEW = "is read by the duty officer first", "待审核"
    ASK = "is asked about", "请确认"


SOCIAL_WORKER_GRADES = (
    Qualification.SOCIAL_WORKER_ASSISTANT,
    Qualification.SOCIAL_WORKER_INTERMEDIATE,
    Qualification.SOCIAL_WORKER_SENIOR,
)


def held_with_lower_grades(held: frozenset[Qualification]) -> frozenset[Qualification]:
    """Return `held` with every lower social-worker grade that a higher one covers."""
    highest = max((i for i, grade in enumerate(SOCIAL_WORKER_GRADES) if grade in held), default=-1)
    return held | frozenset(SOCIAL_WORKER_GRADES[: highest + 1])
