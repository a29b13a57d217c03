"""Full names that stand free in a sentence, what only looks like one, and proposals that are whole sentences."""

from __future__ import annotations

import pytest

from alliance.core.vocabulary import IdentityKind, NotANeedKind, ScreeningAnswer
from alliance.wording.screening import Screening, screen

NAMED = """
    张浩然表现很好
    学校里的张浩然很孤单，想找人陪
    帮助了王小雨走出阴影
    我们陪伴了陈思远两年
    学员王小雨进步明显
    林雨欣最近不爱说话，想要心理疏导
    站里的周子涵想学画画
    这学期许佳怡成绩提高很多
    组员李明轩和赵雅婷相处很好
    志愿者陪着徐梓萱读书
    今天黄俊杰第一次举手
    活动结束后，郭晓彤主动收拾桌椅
    感谢老师对孙悦宁的照顾
    三年级的吴昊天要配眼镜
    何梦瑶家里困难，要棉被
    对冯天佑做了三次家访
    张伟进步很大
    李娜从不说话到敢举手
    经过辅导，王磊愿意上学了
    给赵丽买了书包
    欧阳思语想学琴
    案主刘志远情绪稳定
    个案对象：郑雅文
    服务对象韩雪莹需要长期陪伴
    唐一诺妈妈来站里了
    和沈嘉怡同桌的孩子想补课
    妹妹叫朱可馨
    班上蒋文博不爱写作业
    蔡晓东和弟弟放学没人接
    丁子墨已经能独立完成作业
"""
NOBODY = """
    金星社区的孩子想学画画
    安安书院的老师来带读
    华士镇实验小学五年级要讲座
    石榴花开民族团结课
    龙凤呈祥剪纸课
    方圆之间，几何趣味课
    高高兴兴过六一，缺主持
    和谐家园活动，20户
    张泾中心小学想要科学课
    江南书画院的老师来教国画
    梁山伯与祝英台戏曲课
    孙悟空主题绘本，15个孩子
    雷锋精神主题活动
    张謇故事讲座
    阿炳二泉映月二胡课
    徐霞客游记研学，30个孩子
    钱钟书故居研学
    荣德生故居研学
    顾毓琇纪念馆研学
    安全生产月宣传
    马兰花开儿童剧
    白雪公主儿童剧排演
    金宝宝托育中心的课
    成长英语课
    康乐体能课
    童心向党合唱
    强国有我演讲
    任天堂游戏沉迷，讲座
    东方之珠合唱
    温馨家园手工课
    时光慢递写信课
    石子画手工课
    万圣节手工
    贺新春写春联
    施爱心社工站来带课
    游子吟朗诵课
    水生植物观察课
    项目组的老师来站里
    平凡英雄故事会
    王羲之书法故事
    李白诗歌朗诵会
    岳飞故事会
    诸葛亮故事剧
"""


def lines(block: str) -> list[str]:
    """The sentences of a block."""
    return [line.strip() for line in block.strip().splitlines()]


@pytest.mark.parametrize("text", lines(NAMED))
def test_a_free_full_name_is_refused_or_asked_about(text: str) -> None:
    screened = screen({"note": text}, is_need=False)
    assert screened.answer in {ScreeningAnswer.REFUSE_IDENTITY, ScreeningAnswer.ASK}
    assert IdentityKind.NAME in {finding.kind for finding in screened.findings}


@pytest.mark.parametrize("text", lines(NOBODY))
def test_names_of_works_places_and_organizations_are_nobodys(text: str) -> None:
    assert screen({"note": text}, is_need=False) == Screening(ScreeningAnswer.ACCEPT)


@pytest.mark.parametrize(
    "text",
    ["王小雨的孩子要书包", "有事找我13800000000", "联系人王小雨", "有个王小雨要办手续", "社岗村七组周家的娃要辅导"],
)
def test_what_would_be_left_hanging_is_not_proposed(text: str) -> None:
    assert screen({"title": text}).answer is not ScreeningAnswer.ACCEPT
    assert screen({"title": text}).rewritten is None


@pytest.mark.parametrize("text", ["许子轩小朋友想学足球", "监护人张建国想给孩子找个补课老师，电话13800000000"])
def test_a_whole_sentence_about_children_is_proposed(text: str) -> None:
    proposal = screen({"title": text}).rewritten
    assert proposal is not None
    assert screen({"title": proposal}) == Screening(ScreeningAnswer.ACCEPT)


def test_custody_moved_to_a_relative_and_a_studio_wanted_are_no_needs() -> None:
    assert screen({"title": "孩子监护权想转给外婆"}).not_a_need is NotANeedKind.CUSTODY
    assert screen({"title": "想用舞蹈室"}).not_a_need is NotANeedKind.ROOM
