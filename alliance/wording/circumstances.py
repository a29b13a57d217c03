"""Where, how soon and for which groups: what a sentence says besides the service."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alliance.core.vocabulary import Mode, Urgency
from alliance.wording.lexicon import Lexicon
from alliance.wording.wordlist import listed

Span = tuple[int, int]
MODES = (
    (
        Mode.HOME_VISIT,
        re.compile(
            r"上门(?!牙)|到家(?!长|庭)|登门|入户|来家里|上家来|进家|到户|家里来|到孩子家|去家里|送到家|上屋里|"
            r"到屋里"
        ),
    ),
    (
        Mode.ONLINE,
        re.compile(
            r"线上|(?<!短)(?<!刷)视频(?=辅导|课|连线|教|上|会|里|聊|陪|答)|远程|网课|腾讯会议|云课|直播课|连线|"
            r"隔空|网上(?:上课|辅导|教|答疑|讲)"
        ),
    ),
    (
        Mode.AT_STATION,
        re.compile(
            r"来站里|来站上|来站(?!点)|驻站|到站里|到我们站|来我们站|在站里|站内|到站上|在站点|就在站|来站点|"
            r"到站点|来关爱之家"
        ),
    ),
    (Mode.AT_BASE, re.compile(r"去基地|到基地|在基地|基地里|基地那边")),
)
EITHER = re.compile(r"^[一-鿿]{0,4}?(?:也行|也可|也ok|都行|都可以|都好|均可|亦可|或|也好)")
DENIED = re.compile(r"(?:不用|不要|不必|不需|不肯|不能|别|不)\s{0,2}(?:来|去|人)?$")
URGENCIES = (
    (
        Urgency.ROUTINE,
        re.compile(r"不急|不着急|不赶|慢慢来|有空再|不是很急|啥时候都行|什么时候都行|随时都行|时间不限|不限时间"),
    ),
    (
        Urgency.URGENT,
        re.compile(
            r"(?<![着焦应心])急(?!救|诊|性|症|刹|流|需提高|转)(?!得团团)|马上|立刻|立即|立马|(?:明天|今天|今晚|"
            r"明早|后天)就(?:要|得|用)|火急|越快越好|等不了|等不及|火烧眉毛|来不及了"
        ),
    ),
    (
        Urgency.SOON,
        re.compile(r"尽快|尽早|在即|早点(?!铺|摊|心)|早些|快点|快一点|抓紧|赶快|赶紧|从速|尽速|速来|速回|近期|最近就"),
    ),
)
# Words of the taxonomy that may mean several groups or none; people use them of any child.
LOOSE = frozenset(
    listed(
        "孩子 娃 小囡 小朋友 没人管 爷奶带 突发 普通孩子 社区孩子 大病 家里出事 火灾 家长 爷爷奶奶 阿婆 "
        "社工 义工 志愿老师 督导员 儿主任 未成年人 没爹没妈 困难家庭 贫困家庭"
    )
)
NAMED_GROUPS = {
    "disabled": r"残疾|肢残|听障|视障|脑瘫|聋|盲童|坐轮椅|失聪|唐氏|智障",
    "autistic": r"自闭|孤独症|星娃|星宝|星星的孩子",
    "left_behind": r"留守",
    "migrant": (r"外来(?:务工|的|娃|孩|人)|新市民|随迁|打工子弟|务工子女|外地(?:来|娃|孩|人)|流动儿童|打工人家"),
    "seasonal_migrant": r"小候鸟|候鸟",
    "orphan": r"孤儿",
    "de_facto_unsupported": r"事无|事实孤儿|事实无人",
    "institutional": r"福利院",
    "seriously_ill": r"白血病|先心病|重病|大病|罕见病|血友病|肿瘤|癌",
    "unregistered": (r"没户口|黑户|没上户口|没落户|无户口|户口(?:还)?没上|没有户口|未上户"),
    "out_of_school": r"休学|辍学|失学",
    "family_hardship": (r"低保户|低边|低收入|贫困(?:家庭|户|生)?|困难家庭|困难户|经济困难"),
    "disadvantaged": r"困境儿童|困童|困境孩子|困难儿童|困境家庭|困难孩子",
}
GROUP_WORDS = {code: re.compile(words) for code, words in NAMED_GROUPS.items()}
GUARDIANS = re.compile(
    r"家长|爸妈|父母|爷爷奶奶|爷奶|奶奶|外婆|外公|好婆|阿婆|妈妈|爹妈|祖辈|老人|隔代|带娃的|监护人|"
    r"照料者|照护者|爹娘"
)
WORKERS = re.compile(r"儿主任|儿童主任|督导员|社工|新任|儿督|工作人员|专干|儿童工作者|站里的人|新人|村里的人|主任")
VOLUNTEERS = re.compile(r"志愿者|义工|志愿老师|只愿者|大学生")
FOR_GUARDIANS = ("family.parenting_guidance", "care.caregiver_respite", "family.guardianship_guidance")
FOR_WORKERS = (
    "capacity.child_worker_training",
    "capacity.professional_supervision",
    "capacity.mandatory_reporting_training",
)


def read_mode(text: str) -> tuple[Mode | None, tuple[Span, ...]]:
    """Where the service should be, when exactly one place is said and no other is as good."""
    found: dict[Mode, Span] = {}
    for mode, pattern in MODES:
        for match in pattern.finditer(text):
            if not DENIED.search(text[max(0, match.start() - 4) : match.start()]):
                found.setdefault(mode, match.span())
                if EITHER.match(text[match.end() : match.end() + 8]):
                    return None, ()
    if len(found) != 1:
        return None, ()
    ((only, span),) = found.items()
    return only, (span,)


def read_urgency(text: str) -> tuple[Urgency | None, tuple[Span, ...]]:
    """How soon, if the text says so."""
    for urgency, pattern in URGENCIES:
        if match := pattern.search(text):
            return urgency, (match.span(),)
    return None, ()


def read_groups(text: str, leaves: Sequence[str], lexicon: Lexicon) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    """The groups that the text names; adults only where they are the ones who learn or rest."""
    found: dict[str, Span] = {}
    known = {code for _, code in lexicon.group_words}
    for code, span in lexicon.groups(text):
        if text[slice(*span)] not in LOOSE and code not in {
            "guardian",
            "child_worker",
            "volunteer",
            "general",
            "minor",
            "guardianship_deficit",
        }:
            found.setdefault(code, span)
    for code, pattern in GROUP_WORDS.items():
        if code in known and (match := pattern.search(text)):
            found.setdefault(code, match.span())
    for code, pattern, served in (
        ("guardian", GUARDIANS, FOR_GUARDIANS),
        ("child_worker", WORKERS, FOR_WORKERS),
        ("volunteer", VOLUNTEERS, FOR_WORKERS[:1]),
    ):
        if leaves[:1] and leaves[0] in served and code in known and (match := pattern.search(text)):
            found.setdefault(code, match.span())
    if "autistic" in found and not re.search("残", text):
        found.pop("disabled", None)
    return tuple(sorted(found)), tuple(sorted(found.values()))
