"""Many ways to ask for what is no need of the board, and as many needs that look alike.

Of each kind the first half served to shape the rules; the second half was written beforehand and kept aside.
"""

from __future__ import annotations

import pytest

from alliance.core.vocabulary import IdentityKind, NotANeedKind, ScreeningAnswer
from alliance.wording.screening import Screening, screen

OTHERS = {
    NotANeedKind.MONEY: """
        80元/课时，找数学老师
        请人带足球，一节课120块
        钢琴老师每小时150元
        补课费每月600，谁家接
        预算3000元，请人办个营
        书法班学费一学期1200元一人，招8个
        晚托300元/月，含一顿点心
        按次结算，一次两百块，找个会打鼓的
        课时费五十元每节，英语
        经费一共五千块，谁来承办夏令营
    """,
    NotANeedKind.ELDER_CARE: """
        独居老人要助浴和送餐
        八十岁老太摔了要陪护
        敬老院想要文艺演出
        空巢老人量血压
        村里老人理发
        重阳节慰问高龄老人
        给失能老伯找护工
        老年大学缺书法老师
        九十岁阿婆想有人聊天
        社区长者食堂缺志愿者
    """,
    NotANeedKind.CUSTODY: """
        有没有人家愿意领养这个娃
        想把孩子送到福利院
        监护权转给叔叔，谁来办
        我们机构认领这个孩子抚养
        给弟弟找个寄养家庭
        申请把娃安置到儿童之家长期住
        舅舅想收养外甥女，求支持
        剥夺他爸监护资格
        能不能让机构当他的监护人
        这孩子谁家能接去养
    """,
}
OUTSIDE = """
    南京的站要5个娃的心理小组
    苏州这边15个孩子要暑托
    常州天宁区的社区想办讲座
    上海浦东10个孩子想补课
    我们在南通，要防溺水课
    张家港20个留守儿童想结对
    需求地点：镇江丹阳，要手工课
    泰兴市黄桥镇的学校想请律师讲课
    昆山打工子弟25人，要晚托
    安徽阜阳老家的孩子要助学
"""
HARMLESS = """
    每份餐标12元，站里承担，要做营养课
    门票原价40元团队免票，缺领队
    教孩子用100元理财，零花钱课
    高三女生学费差一截
    认识人民币1元5元的生活课
    材料费每人5元街道出，想做陶艺
    超市小当家：50元怎么花，25个孩子
    车费20元自理，缺两个带队的
    奖品每份10元以内站里买，想搞趣味运动会
    欠了一学期书本费，想助学
    爷爷奶奶带孩子，想听隔代教育
    孩子们去敬老院慰问，要带队
    一老一小联欢，20个孩子
    祖孙手工课，12对
    奶奶带的娃作业没人管
    组织娃给社区老人表演节目，缺指导
    老人带孙子，想学怎么管手机
    隔代家庭的老人听监护课
    老带小一起包粽子，15个孩子
    孩子给独居阿婆写信，要老师带
    收养政策讲座，家长20人
    委托照护评估，3户
    监护能力评估，要社工
    去福利院慰问演出，缺编排老师
    监护人培训，30人
    寄养家庭的家长要听育儿课
    收养家庭亲子活动，8组
    监护责任上门告知，10户
    福利院的孩子想学画，6名
    认领微心愿，20份
    爸妈在南京打工，娃没人管作业
    想带25个孩子去苏州博物馆研学
    从安徽转来的孩子融不进来，要混龄小组
    请上海的专家来讲一课护眼
    苏州评弹进站，30个孩子
    常州恐龙园一日游，缺带队
    请南京大学的大学生线上辅导
    妈妈在昆山上班，周末没人带
    学唱上海童谣，15个娃
    江苏省内的机构都行，要心理老师
"""


def lines(block: str) -> list[str]:
    """The sentences of a block."""
    return [line.strip() for line in block.strip().splitlines()]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, block in OTHERS.items() for text in lines(block)])
def test_what_is_no_need_of_the_board_is_named(kind: NotANeedKind, text: str) -> None:
    screened = screen({"title": text})
    assert (screened.answer, screened.not_a_need) == (ScreeningAnswer.NOT_A_NEED, kind)


@pytest.mark.parametrize("text", lines(OUTSIDE))
def test_a_need_outside_the_city_is_asked_about_and_its_place_is_marked(text: str) -> None:
    screened = screen({"title": text})
    assert screened.answer is ScreeningAnswer.ASK
    assert {finding.kind for finding in screened.findings} == {IdentityKind.ADDRESS}


@pytest.mark.parametrize("text", lines(HARMLESS))
def test_a_need_that_only_looks_like_it_passes(text: str) -> None:
    assert screen({"title": text}) == Screening(ScreeningAnswer.ACCEPT)
