"""Full names that stand free in a sentence: where a person stands in it, and what only a person does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alliance.core.vocabulary import IdentityKind
from alliance.wording.found import Mark

# Before a person: a beginning, a group it is taken from, a deed that has a person for its object.
BEFORE = (
    r"(?:^|(?<=[\s,，.。;；:：!！?？、()（）\"'“”《<\-—/\x1f])|(?<=的)|(?<=里)|(?<=中)|(?<=上)|(?<=员)|(?<=主)|(?<=象)|(?<=名)|(?<=和)|(?<=跟)|(?<=与)|"
    r"(?<=了)|(?<=着)|(?<=过)|(?<=给)|(?<=对)|(?<=让)|(?<=由)|(?<=为)|(?<=是)|(?<=有)|(?<=到)|(?<=把)|(?<=被)|(?<=个)|(?<=位)|(?<=教)|(?<=陪)|(?<=帮)|(?<=助)|"
    r"(?<=伴)|(?<=我们)|(?<=孩子)|(?<=学生)|(?<=同学)|(?<=对象)|(?<=今天)|(?<=昨天)|(?<=最近)|(?<=学期)|(?<=期间)|(?<=之后)|(?<=以后)|(?<=说)|(?<=问))"
)
# What follows a place, an organization, a course, a staff member or a work, and never a child's name.
NO_PERSON_AFTER = (
    r"(?!小学|中学|高中|初中|幼儿园|学校|学院|书院|大学|社区|街道|小区|花园|新村|家园|公园|广场|镇|乡|村|路|街|巷|桥|苑|园|城|区|县|市|湖|山|河|港|"
    r"站|基地|中心|机构|协会|公司|基金|集团|服务|社会|社工|托育|托管|工作室|俱乐部|联盟|合唱|乐团|剧团|纪念|故居|展|馆|寺|庙|塔|"
    r"老师|教师|医生|主任|站长|律师|警官|法官|检察官|教授|院长|校长|书记|主席|师傅|督导|咨询师|理事|总监|同志|队|团|教练|护士|医师|经理|队长|"
    r"课|班(?!上)|节|剧|戏|诗|画|书|曲|歌|舞|绘本|故事|精神|主题|传|游记|作品|动画|电影|活动|项目|计划|行动|杯|赛|奖|营|日(?!记)|月|年级|"
    r"话剧|儿童剧|儿歌|朗诵|剪纸|手工|文化|讲堂|大讲|课堂|品牌|系列|号|科|型|牌|式|类|化)"
)
# Only of a person.
DOES = (
    r"(?=表现|进步|成绩|性格|情绪|状态|开朗|活泼|内向|胆小|孤单|很(?!多|好的课)|太|最近|现在|今年|已经|终于|主动|第一次|从不|从小|不爱|不肯|不敢|"
    r"敢|学会|爱上|愿意|变得|变了|考上|考了|放学|上课|在校|在家|家里|家(?:的|境|庭|做)|妈|爸|父|母|奶奶|爷爷|外婆|外公|的(?:妈|爸|奶|爷|父|母|家|成绩|作业|表现|"
    r"情况|照顾|帮助|进步|变化|病|眼|心)|同学|小朋友|同桌|姐弟|兄妹|姐妹|兄弟|俩|被|说|哭|笑|跑|坐|站(?!里|点)|写|读(?!书会)|考|画(?!展)|唱|跳|学(?!校|院|会)|想|要|需要|缺|没|不|能|会|"
    r"也|都|和|跟|与|及|两|三|[一二三四五六七八九]岁|\d|做|买|配|走|来|去|参加|生病|请假|转学|相处|两年|半年|$|[\s,，。.;；!！?？、)）\x1f])"
)
# A name of two characters is asked about only beside what a child alone does.
CHILD_DOES = (
    r"(?=表现(?:很|好|不|优|突|越|明|积)|进步(?:很|明|大|了|不)|成绩(?:很|好|下|提|上|不|掉)|从不|第一次举|学会了|变得|愿意(?:上学|开口|说话|来)|"
    r"考上了|性格(?:很|内|开|孤)|被人|被同学|被老师|今年[\d一二三四五六七八九十]|买了|家里(?:困|很|没|只|条|有)|不爱|不肯|不敢|同学|小朋友)"
)
CERTAIN = re.compile(CHILD_DOES)
MORE_GIVEN = (
    "主杰楠桐雅馨韬骞翊霁淳沛煦昕彦朔赫煊弈卓铄旻楚璟芯语墨萌怡娅莎薰缘冉艾敖彪斐骐琦琅珏翰聿佑祐昱昀沁渝"
    "泊澈湛蔚芷苏萦蕴忆妙双冬南北新欧锡玮琰瑶瑜璐颢峻岭峥嵘铮铖钊钦镇锴霆飒馥骅骥鹤鸿鹭麒麓"
)


def free_patterns(surname: str, given: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A full name of three or four characters, and one of two, as they stand free."""
    chars = "".join(sorted(given | set(MORE_GIVEN)))
    return (
        re.compile(rf"{BEFORE}(?P<name>{surname}[{chars}]{{2}}){NO_PERSON_AFTER}{DOES}"),
        re.compile(rf"{BEFORE}(?P<name>{surname}[{chars}]){NO_PERSON_AFTER}{CHILD_DOES}"),
    )


def free_marks(text: str, patterns: tuple[re.Pattern[str], ...], everyday: tuple[str, ...]) -> Iterator[Mark]:
    """Marks of free names in a folded text; sure ones are long and do what a child alone does."""
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not match["name"].startswith(everyday):
                is_sure = len(match["name"]) > 2 and CERTAIN.match(text, match.end("name")) is not None
                yield Mark(IdentityKind.NAME, *match.span("name"), is_sure=is_sure)
