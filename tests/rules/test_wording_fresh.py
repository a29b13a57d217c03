"""Sentences written after the rules were made, as a check of how far they reach; the few misses were mended since."""

from __future__ import annotations

import pytest

from alliance.core.vocabulary import ScreeningAnswer
from alliance.wording.screening import Screening, screen

KEPT_OFF = """
    监护人是陈丽华，要家访
    蒋雨桐想学舞蹈
    小雨妈妈要上夜班，想晚托
    帮唐浩然找个一对一
    吕思涵、吕思琪姐弟俩要配镜
    孙女叫方可欣，七岁，要绘本
    桃花苑6幢301那家缺书桌
    胶阳路安镇新村九区38号，要上门
    社岗村七组周家的娃要辅导
    住金色家园3-2-501，要陪读
    孩子查出来是阿斯伯格综合征，想找小组
    爸爸吃官司去了，娃情绪不好，要疏导
    他妈有精神病史，想找人陪
    有个娃的爸爸在看守所，要结对
    大儿子得了白血病，学习落下了要补
    70一个小时，找个教英语的
    班费每人收200元，请外教
    一对一补习，价格100左右一次
    给老师补贴每次80元，谁来
    我出500块请人教轮滑
    现场照片已发群里，要改造房间
    体检报告单拍照发过去了，想挂号
    附件是名单，要结对
    图片传上去了，家里漏雨，想改造
    加她微信：nn_0912，要陪聊
    企鹅 1000036049，要辅导
    2014年腊月出生，想补课
    生日2016.3.8，想要礼物
    云林小学5年3班两个娃要辅导
    她在东北塘实小六（1）班，要疏导
    独居阿姨80岁，想有人陪诊
    养老院要志愿者表演
    想给孩子换个监护人
    舅妈想领养这孩子
    宜城的孩子转到溧阳，溧阳15个孩子要托管
    常熟那边20个娃想上防溺水
    扬州江都区的村要心理讲座
"""
HARMLESS = """
    周六请王老师来上书法，20个娃
    何老师的课还想要两节
    马山的孩子想去农博园
    安镇站要8个娃的手工课
    方家村的留守孩子要结对，12个
    成家的大哥哥大姐姐也欢迎，亲子活动
    高年级女生要青春期卫生课
    路边捡到的小猫想做动物课
    严家桥站缺故事妈妈
    3号楼活动室已定，要足球课
    本站2号房间改成沙盘室，要沙盘老师
    龙山社区二期的孩子想学游泳
    周五下午要讲讲禁毒，初二80人
    肺结核防治宣讲，学生60名
    戒网瘾讲座，家长40人
    自闭症日主题活动，15组家庭
    爸爸妈妈都上班，暑假没人带
    爸爸腿脚不好，作业没人看，要晚托
    妈妈在医院上班夜班多，要晚托
    5元一本的旧书义卖，要孩子当小摊主
    学会记账：每周20元零花钱怎么用
    旅游费用自理，缺领队
    水电费站里出，要晚托老师
    生活费不够，想要助困，3户
    教孩子拍照构图，8人
    活动照片由站里自己存，要手工课
    想办毕业照拍摄活动，30个孩子
    附近有农场，想去采摘，25个娃
    请附上机构简介，要心理课
    健康码、行程卡讲解课
    用微信群通知家长，要家长课堂
    QQ农场主题的种植课
    六月生的孩子过集体生日
    1班到4班轮流上防震课
    中心小学五年级想听法治
    奶奶们想学怎么带孙子
    敬老院小小志愿者，要培训老师
    养父母家庭亲子课，5组
    委托监护协议怎么签，10户家长
    爸爸在苏州做工，周末想有人陪
    去上海科技馆研学，40人
    南京来的大学生志愿者要培训
    常州梳篦手工课，20个娃
    北京冬奥主题体育课
    台湾小吃制作课，15人
    新疆班的老师来讲民族团结
    四川籍打工家庭的娃融不进来，要小组
"""


def lines(block: str) -> list[str]:
    """The sentences of a block."""
    return [line.strip() for line in block.strip().splitlines()]


@pytest.mark.parametrize("text", lines(KEPT_OFF))
def test_a_later_sentence_that_may_not_be_posted_is_kept_off(text: str) -> None:
    assert screen({"title": text}).answer is not ScreeningAnswer.ACCEPT


@pytest.mark.parametrize("text", lines(HARMLESS))
def test_a_later_harmless_sentence_passes(text: str) -> None:
    assert screen({"title": text}) == Screening(ScreeningAnswer.ACCEPT)
