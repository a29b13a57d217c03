"""Many ways to point to a person, and as many harmless texts that look alike.

Of each kind the first half served to shape the rules; the second half was written beforehand and kept aside.
"""

from __future__ import annotations

import pytest

from alliance.core.vocabulary import IdentityKind, ScreeningAnswer
from alliance.wording.screening import Screening, screen

KEPT_OFF = {ScreeningAnswer.REFUSE_IDENTITY, ScreeningAnswer.ASK}

NEEDS = {
    IdentityKind.NAME: """
        监护人张建国来站里
        孩子的爷爷周根宝想找人教作业
        陆欣怡这学期成绩掉得厉害，想补数学
        给沈浩然配副眼镜
        钱梦洁和妹妹放学没人接
        许子轩小朋友想学足球
        奶奶吴秀珍带两个孙子，想听隔代教育
        家里老二叫徐若曦，三年级，想找大姐姐陪
        顾俊杰的作业没人管，求辅导
        请老师上门陪陪杨思琪
    """,
    IdentityKind.ADDRESS: """
        湖滨花园12号楼要人上门陪读
        住在东亭春江佳苑三期8栋二单元，要陪读
        送到阳光城市花园26-1202，要书桌
        前洲街道友联村三组15号的孩子缺书桌
        人民中路88弄6号502，上门看看孩子
        兴竹家园七幢乙单元那家的娃没人带
        上门地址：锡澄新村45号301室，要陪读
        蠡桥苑二期19号楼的姐妹俩想学画画
        家住杨市村委后面第三家，要辅导
        红星路137号旁边那户，想请社工上门
    """,
    IdentityKind.CHILD_STATUS: """
        孩子得了艾滋病，想找人陪
        抑郁症确诊的孩子想要心理疏导
        父在押的孩子 1个，要结对
        有个女孩查出双相，要心理老师
        他妈妈在强制戒毒，想找大哥哥陪
        孩子爸在里面 妈不管
        爸坐牢妈跑了，就奶奶带
        他妈在戒毒，家里没人管
        娃的爹进去了，娘不知去向
        爸服刑，妈改嫁
        一名患先天性梅毒的男孩，要助学
        小姑娘妈妈是精神病，在家没人教
        爸爸判了六年的那个男孩想补课
        有一户娃感染了HIV，要送药
        那个乙肝携带的孩子想进托管班
        爹蹲大牢，娘走了，就一个娃
        父亲贩毒被判，母亲失联
        孩子妈在戒毒所，爸没影
        妈妈精神分裂，爸爸不管他
        爸爸劳改去了 妈妈跟人走了
    """,
    IdentityKind.ATTACHMENT: """
        照片见附件，想给娃添张书桌
        附上孩子照片，请帮忙看看
        病历拍照发你了，想找医生
        见附图，家里缺床
        户口本扫描件已上传，要办落户
        家里情况看截图，求上门
        照片我稍后传上来，娃要配眼镜
        孩子的作业见下图，要辅导
        残疾证复印件附后，要康复
        把小姑娘的相片贴这儿了，求结对
    """,
    IdentityKind.ACCOUNT: """
        要补课的加我微信 mm20180612
        微信号：anan_ma，要陪读
        QQ 271828182 联系，要手工课
        有意的加V：zhaoqi-88，要编程老师
        钉钉号 lulu5566 要讲座
        vx同手机 lihua7788，要书法老师
        wechat id: summer_breeze9 要心理课
        扣 扣 2 7 1 8 2 8 1 8，要晚托
        抖音搜 xiaoyu20150301，娃想学画
        发邮件 wuli2015 @ qq.com，要绘本
    """,
    IdentityKind.BANK_CARD: """
        补助打6200000034072210，要助学
        建行卡 6200 0000 3165 3356 456，要助学
        卡号６２００００００５８４３２９４４，要书
        对公账号 10635101040012345，要讲座
        存折号 6013821100507788123，要助学
        收款账户：6200000034072210，要棉被
        社保卡尾数别错：6200000031653356456，要助学
        银联 六二〇〇〇〇〇〇三四〇七二二一〇，要书桌
        一卡通账号0102 0304 0506 0708，要饭卡
        请汇 62000000 34072210 奶奶的，要助学
    """,
    IdentityKind.BIRTH_DATE: """
        2015年3月4日出生的女孩想学琴
        二〇一六年五月生，属猴，想学画
        那娃生日是5月12日，想要个蛋糕和书包
        出生年月 2014.08，要配眼镜
        20170823生的男孩想练口语
        孩子是2013年冬月初八生的，想补课
        生于2012-11-03，要心理老师
        出生日期：2016/9/1 男 要康复
        14年6月出生，四年级，要辅导
        农历二〇一五年腊月廿三出生的娃要结对
    """,
    IdentityKind.SCHOOL_CLASS: """
        东林小学四(2)班的女生想跳舞
        侨谊实验中学初二5班一名学生厌学，要疏导
        育红小学三年级(4)班缺志愿者辅导一个娃
        五爱小学402班的男孩想学编程
        在锡师附小读六3班，要补课
        积余实验学校八年级六班的姐姐想学画
        连元街小学 2 年级 7 班 转来的娃融不进，要小组
        华庄中心幼儿园大二班的双胞胎要晚托
        读江南中学初一（11）班，要人陪读
        梅里中学高一3班的男生想学吉他
    """,
}
HARMLESS = """
    高三学生想听志愿填报
    黄巷、周庄两站合办手工课
    张老师说想加一节安全课
    华士镇的孩子想学游泳
    监护人来站里听讲座
    张渚、丁蜀的娃一起去研学
    王医生能不能再来讲一次护眼
    家长来站里学怎么陪作业
    万石镇方桥村的孩子缺课外书
    请安安书院的老师来带读
    到湖滨花园小区搞义诊，30个孩子
    活动在党群服务中心2楼，要手工老师
    扬名街道12个社区都想听法治课
    第3小组的孩子想学跳绳
    本站在人民路88号，想请老师来上书法课
    小区里20个娃放学没人管
    春江苑社区想办亲子运动会，15组
    来站里3楼会议室上一堂急救课
    12号下午来讲防溺水
    坐5路车到基地，要领队
    艾滋病预防讲座，初中40人
    服刑人员子女12名，要情绪小组
    抑郁症科普课，家长也听
    禁毒宣传进校园，200人
    精神卫生知识宣讲，40名家长
    在押人员子女关爱项目，8名孩子要结对
    世界艾滋病日主题班会，要老师
    5名确诊多动症的孩子要感统训练
    青少年抑郁早识别培训，儿主任30人
    乙肝疫苗科普，家长50名
    爸妈在外地打工，娃没人管，要晚托
    妈妈生二胎，大娃放学没人接
    爸爸跑长途，作业没人看
    奶奶眼睛不好，作业没人管
    爷爷奶奶带，想听怎么管手机
    爸妈三班倒，晚上没人看
    妈妈住院，放学没人接
    爸妈离了，娃不说话，想心理疏导
    妈妈开店忙，周末想有人带
    爸妈不识字，辅导不了
    不拍照，女老师优先，想上卫生课
    摄影小组，12个孩子学拍照片
    全家福拍摄活动，20组家庭
    照片墙布置，要手工老师
    图片展要讲解员，40人
    活动时请不要给孩子拍照，想做手工
    教孩子认识附近的地图，15人
    看图写话老拖后腿，要辅导
    缺一台打印复印的机器和文具
    志愿者要会拍视频剪辑，教12个娃
    关注站点公众号学知识，要阅读课
    讲讲怎么安全用微信，家长30人
    QQ群里常有骗子，想上防诈课
    微信运动打卡20天，亲子活动
    小学生抖音沉迷，要讲座
    家长微信群120人，想听线上课
    网课用腾讯会议，要英语辅导
    b站有3集动画，想带孩子看完讨论
    教孩子发邮件和打字，10人
    学做短视频发抖音，初中15人
    资产编号7939032569997668的投影坏了，想做讲座
    ISBN 9787514570577 借四十本，要带读老师
    图书卡办了40张，缺带读老师
    打卡21天阅读，30个孩子
    项目编号927957776542485305，要讲座
    快递单号 7733 1234 5678 901 的书到了，缺人带读
    条码6901234567892的绘本还要20本
    合同号 20260315000123456，续办手工课
    设备序列号 8885879424867226，请带转换头，编程课
    银行开放日研学，25个孩子
    2026年3月4日搞生日会，要主持
    六一集体生日会，20个孩子
    2010年以后出生的孩子都能来，足球
    9月出生的孩子一起过生日会，蛋糕站里出
    3月12日植树节活动
    2015至2017年出生的孩子体检，60名
    每月给当月生日的娃过集体生日
    2026.7.1到8.15暑托，15个
    5月20日产生的小队长培训
    11月3日生活技能课，12人
    全镇小学四年级讲座
    四（1）到四（6）班轮着听防溺水课
    小学六年级毕业班要减压课
    东林小学和五爱小学都想来基地研学
    幼儿园大班的娃学游泳
    三年级3个班，要讲防溺水
    镇上中学初二全年级听法治课
    开个兴趣班，小学生20人
    本地小学四年级两个班想做科学实验
    附近幼儿园中班小班一起看绘本
"""
REPORTS = """
    这次服务李子涵进步很大
    王小雨同学从不说话到敢举手
    陪周梓萱读完三本书
    谢谢志愿者，杨乐乐会系鞋带了
    对小杰家做了三次家访，孩子愿意上学了
    李雨桐的妈妈说孩子睡得好了
    我们帮助过陈浩宇走出自闭
    成功案例：张某某，辍学半年后返校
    经过半年陪伴，刘思远考上了高中
    案例中的豆豆（化名）从不敢出门到当上班长
"""
HARMLESS_REPORTS = """
    十名孩子都来满了八次
    孩子们愿意开口了，家长反馈好
    社工小李带了三次小组
    安安书院的场地很好
    三成孩子进步明显
    两个孩子从不说话到敢举手
    我们有五年陪伴经验，帮助过三百个孩子
    刘老师和陈老师轮流带班
    高年级的孩子更喜欢编程
    由张主任督导，每月一次
"""


def lines(block: str) -> list[str]:
    """The sentences of a block."""
    return [line.strip() for line in block.strip().splitlines()]


def kinds(screened: Screening) -> set[IdentityKind]:
    """The kinds of identity found."""
    return {finding.kind for finding in screened.findings}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, block in NEEDS.items() for text in lines(block)])
def test_words_that_point_to_a_person_are_refused_or_asked_about(kind: IdentityKind, text: str) -> None:
    screened = screen({"title": text})
    assert screened.answer in KEPT_OFF
    assert kind in kinds(screened)


@pytest.mark.parametrize("text", lines(HARMLESS))
def test_a_look_alike_that_points_to_nobody_passes(text: str) -> None:
    assert screen({"title": text}) == Screening(ScreeningAnswer.ACCEPT)


@pytest.mark.parametrize("text", lines(REPORTS))
def test_a_childs_name_in_a_report_or_a_description_is_refused_or_asked_about(text: str) -> None:
    screened = screen({"note": text}, is_need=False)
    assert screened.answer in KEPT_OFF
    assert IdentityKind.NAME in kinds(screened)


@pytest.mark.parametrize("text", lines(HARMLESS_REPORTS))
def test_a_report_that_names_no_child_passes(text: str) -> None:
    assert screen({"note": text}, is_need=False) == Screening(ScreeningAnswer.ACCEPT)
