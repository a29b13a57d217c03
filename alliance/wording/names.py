"""Names of people: a surname, a given name, and words around them that speak of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alliance.core.vocabulary import IdentityKind
from alliance.wording.found import Mark
from alliance.wording.fullnames import free_marks, free_patterns
from alliance.wording.wordlist import listed

# The surnames of nine people in ten, and those that are frequent around Wuxi.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤惠华过荣浦尤缪倪殷祝虞强章鲍庄凌柳"
    "施俞温康牛樊葛邢安齐易乔伍庞颜庾季房兰翟詹申窦柴游阮耿卞费路柯欧岳骆管冉蓝鲁裴靳麦关甘霍喻包童解应单褚查阎诸盛辛左臧"
)
DOUBLE_SURNAMES = (
    "欧阳",
    "上官",
    "诸葛",
    "司马",
    "司徒",
    "皇甫",
    "尉迟",
    "东方",
    "慕容",
    "令狐",
    "长孙",
    "端木",
    "轩辕",
)
# Characters that given names are made of, and that hardly begin or end another word after a surname.
GIVEN = frozenset(
    "伟芳娜敏静丽强磊军洋艳勇杰娟涛明超秀霞平刚桂英华慧巧美玉兰萍莉红玲芬燕彩春菊凤洁梅琳雪荣珍贞佳嘉琼勤珠翠雅芝莲真环霜香月莺媛瑞凡"
    "妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹"
    "霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思秉辰震亮栋维启克伦翔旭鹏泽晨士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘梓涵轩浩宇雨诗萱语子"
    "俊豪博文昊然奕皓睿晟铭诺一依若彤蕾紫琪妮桐恩熙宸墨逸曦辉鑫斌彬林志国栋海波东峰龙飞凯小书念安乐萌豆妞宝贝佩雯珂煜烨炜坤泓沐霖淼淑珺景"
    "星云天阳帆帅康成永福生根顺金宏伯仁义礼智信贵富祥祯庆祖耀宗光进先军民卫兵利胜全良发才友善敬忠孝元正勋培"
    "兮哲夕尧屿岑岩川恒恺楷毅洛浔淇清湘溪滔潇澄瀚炫烁煊熠燃玥珩瑄瑛瑜璇璐璟畅盈盼祈祺禹舜芃芊芙芮芷苒茵茹荃莹菀菡蓁蔓蕙薏诚谊谦越"
    "跃达迅远迪郁钰铎铠锋锐霏韬颂驰骁骏魁麟默"
)
# Everyday words that begin with a surname and may be followed by anything.
NOT_NAMES = listed(
    "高一 高二 高三 高中 高年级 高级 高度 高兴 高峰 高温 高质量 高效 高新 高校 高个 高考 高处 高空 "
    "高龄 高铁 周一 周二 周三 周四 周五 周六 周日 周末 周围 "
    "周期 周边 周年 周岁 周天 万一 万能 万圣 方便 方式 方法 方面 方案 方向 方言 安全 安排 安静 安安 "
    "安心 安置 安装 安慰 安抚 安顿 安检 成长 成员 成立 成人 成绩 "
    "成功 成本 成果 成为 任何 任务 任教 任课 何时 何处 何种 何人 于是 应当 应该 应急 应届 应对 应聘 "
    "包括 包车 包饺 包粽 包馄 包含 包装 包裹 包吃 包班 单独 单亲 "
    "单位 单元 单个 单纯 单子 马上 马路 马山 马桶 黄色 黄昏 黄巷 黄金 白天 白板 白色 白血 白墙 白酒 "
    "白领 金额 金色 石头 石榴 石膏 水平 夏天 夏令 夏季 夏日 夏港 "
    "江南 江苏 江阴 江溪 江边 江湖 关于 关爱 关心 关注 关系 关键 关怀 关工 解决 解释 解放 解答 解读 "
    "解说 过来 过去 过程 过夜 过年 过节 过敏 过渡 过分 过生日 "
    "强制 强调 强化 强烈 强项 华士 华庄 华人 和谐 路上 路远 路费 路口 路程 路过 管理 管教 管着 管住 "
    "管道 管好 房间 房子 房东 房屋 房租 易错 易懂 易怒 游泳 游戏 游玩 "
    "游园 游学 查查 查看 查询 查体 查验 盛大 左右 左边 左手 温馨 温暖 温柔 温和 温度 康复 康乐 童年 "
    "童话 童心 童谣 童装 毛笔 毛巾 毛线 毛病 毛衣 毛毯 严重 严格 "
    "严肃 严家 武术 武器 顾山 顾不 顾问 顾虑 贺卡 史上 龙舟 龙头 雷雨 雷达 段时 孟母 秦巷 邱家 尹城 "
    "江大 田间 田地 田园 田野 田径 梁溪 宋词 唐诗 许多 许可 许愿 "
    "韩语 曾经 曾有 曾遭 曾被 余下 余名 余人 余位 余户 余个 程度 程序 叶子 叶画 姜汤 钟头 钟表 钟点 "
    "陆续 陆地 陆区 范围 范例 付费 付出 付钱 祝福 祝塘 祝愿 "
    "尤其 荣誉 荣巷 惠山 惠民 惠及 惠泉 凌晨 施工 施教 施行 申请 申报 申港 申办 申领 齐心 齐全 乔迁 "
    "费用 费劲 费力 蓝球 蓝天 蓝色 鲁迅 甘露 向上 向导 向阳 "
    "向日 向社 向家 向孩 向学 汤圆 章程 庄重 庄里 庄稼 牛奶 颜料 颜色 季节 季度 兰花 张贴 张渚 张罗 "
    "杨巷 杨市 杨梅 徐舍 徐霞 周庄 周铁 钱桥 钱款 钱物 胡埭 "
    "胡闹 林业 林地 林区 林场 朱砂 郑重 谢谢 谢意 罗列 罗汉 董事 肖像 戴着 戴眼镜 戴口罩 莫名 孔雀 "
    "孔子 孔庙 汪汪 石塘 石器 沈阳 卢沟 丁蜀 丁香 夏衣 贾宝 苏南 苏州 "
    "苏绣 苏式 苏锡 黎明 陶艺 陶瓷 陶土 陶泥 陶笛 万石 万里 万元 万象 万达 郝字 欧洲 欧式 房前 安家 "
    "安镇 安康 安徽 安好 安宁 安定 安保 安睡 安然 安生 全家 全体 高塍 "
    "高清 高尔 高兴 高强 高明 高大 高处 高声 方正 方圆 方块 方可 方才 文明 明天 白纸 白玉 金秋 金桂 "
    "金星 金融 金牌 金银 金宝 石子 石英 江海 江河 林木 江平 "
    "马可 马列 马术 马戏 马蹄 马虎 马桥 马镇 龙凤 龙虎 龙年 龙城 关紧 关羽 关门 关机 关灯 时光 于家 "
    "应家 单子 查一 查房 游乐 游艺 游子 温书 康宁 管家 管子 路子 路灯 "
    "解乏 武侠 季风 夏凉 白云 白菜 毛豆 毛毛 童书 童诗 童星 童玩 包子 包书 牛仔 牛皮 应书 强身 强子 "
    "成家 申园 申时 安士 安德 华文 华东 华语 华夏 万家 万事 盛夏 辛苦 "
    "易发 易燃 易爆 阮咸 常州 常熟 孙子 孙女 孙辈 余子 付清 任意 任由 顾家 顾好 向前 方家 史书 史诗 "
    "唐宋 唐装 宋代 宋朝 汉服 林子 林园 叶片 柳条 柳树 江心 石桥 石雕 "
    "谢师 贺年 祝寿 易经 安稳 康养 严守 严冬 程子 章子 何以 何必 何况 何方 任性 任凭 任选 汪洋 江水 "
    "黄梅 黄酒 黄豆 白雪 白鹭 田螺 田鸡 金鱼 金山 兰亭 鲍鱼 蔡伦 "
    "莫非 莫要 莫大 伍员 武进 武警 路线 路人 费心 柳琴 侯鸟 龙灯 雷锋 万寿 关东 关口 关节 钟声 甘蔗 "
    "甘愿 单数 单词 单车 单身 单家 应用 应考 应征 应有 向来 向往 "
    "陆军 童装 安乐 安迪 安利 史家 颜真 欧美 金陵 燕子 过时 过关 过家 过桥 过道 过瘾 过后 过冬 过日 贺新 "
    "过大 过小 过于 过得 过完 过半 过一 过的 过林 房门 房里 荣光 "
    "华东 管弦 管乐 管钱 强盗 强壮 强光 强度 强大 强弱 强者 龚扇"
)
STAFF = (
    r"(?:老师|医生|主任|站长|律师|社工|警官|法官|检察官|教授|院长|校长|书记|主席|师傅|督导|咨询师|理事|"
    r"总监|同志|队|团队|老先生|医师|教练|护士)"
)
KIN = (
    r"(?:同学|小朋友|宝宝|小囡|女士|先生|小姐|妈妈?|爸爸?|母亲|父亲|奶奶?|爷爷?|外婆|外公|阿婆|好婆|"
    r"家长|监护人|姐弟|兄妹|姐妹|兄弟|的(?:妈|爸|奶|爷|母|父|家长|孩子|姐|弟|哥|妹)|家的?(?:孩子|娃|小囡))"
)
ROLE = (
    r"(?:监护人|联系人|户主|家长|妈妈|爸爸|母亲|父亲|奶奶|爷爷|外婆|外公|舅舅|姑姑|阿姨|叔叔|患儿|学生|"
    r"同学|孩子|儿童|小囡|女孩|男孩|女童|男童|女儿|儿子|孙子|孙女|娃)"
)
CALLED = r"(?:名叫|叫做|叫|名字是|名字|姓名|名为|大名|小名|本名|真名|名唤|乳名|全名)[是叫为:：\s]{0,4}"
SAID = r"(?:帮帮|帮助|帮|给|替|陪陪|陪|找|看看|问|关于|关心|是|有|和|跟|与|及|对|请|送|接|带|让|为|由|想让|麻烦)"
EDGE = r"[\s,，.。;；:：!！?？、()（）\"'“”《》<>\-—/\x1f]"
AFTER = (
    rf"(?=$|{EDGE}|的|今年|家|爸|妈|父|母|{KIN}|现|住|上|读|在读|就读|没|不|想|要|有|她|他|同|找|需|请|"
    rf"配|补|学|报|喜|爱|身|跟|和|被|做|老是|一直|最近|从|\d|[一二三四五六]年级|来|去|这|那|会|能|把|放|成绩|作业|"
    rf"进步|参加|带|已|又|还|也|很|太|考|敢|愿|变|开始|以前|原来|两|三|写|说|拿|用|走|到|因|由|得|总|每|周末|同学)"
)
# Deeds done to or for a person, after which a name may stand without a word between.
DONE_TO = (
    r"(?:服务|辅导|家访|探望|看望|走访|资助|关爱|陪伴|陪着|结对|照顾|接送|安慰|鼓励|引导|教会|支持|表扬|感谢|谢谢|帮助|"
    r"案例|例如|比如|其中|原来|后来|现在|经过|今天|昨天|上次)[了过着到]?"
)
NAME = rf"(?P<name>(?:{'|'.join(DOUBLE_SURNAMES)}|[{''.join(sorted(SURNAMES))}])[\u4e00-\u9fff]{{1,2}})"
LONG_NAME = rf"(?P<name>(?:{'|'.join(DOUBLE_SURNAMES)}|[{''.join(sorted(SURNAMES))}])[\u4e00-\u9fff]{{2}})"
SURNAME = rf"[{''.join(sorted(SURNAMES))}]"

FREE_NAMES = free_patterns(rf"(?:{'|'.join(DOUBLE_SURNAMES)}|{SURNAME})", GIVEN)

CALLED_NAME = re.compile(CALLED + r"(?P<name>[\u4e00-\u9fff]{2,4}?)" + AFTER)
ROLE_NAME = re.compile(ROLE + r"[是叫:：\s]{0,4}" + NAME + AFTER)
NAME_KIN = re.compile(rf"(?:(?<=^)|(?<={EDGE})|(?<=[\u4e00-\u9fff]))" + NAME + rf"(?=(?:这|那)?个?{KIN})")
BARE_NAME = re.compile(rf"(?:^|{EDGE}|{SAID})" + LONG_NAME + AFTER)
DONE_NAME = re.compile(DONE_TO + LONG_NAME)
SMALL_NAME = re.compile(
    r"(?:对|给|帮|陪|替|去|到|让|和|跟|教|问|^|[\s,，。;；\x1f])(?P<name>[小阿][\u4e00-\u9fff])"
    r"(?=家(?:做|里|访|的|探|送|修|添|看)|(?:这|那)(?:孩子|娃)|(?:不|没|很|会|能|想|愿|敢|已|终|从|在|的(?!朋友))[\u4e00-\u9fff])"
)
PET_NAME = re.compile(
    r"(?P<name>(?:小|阿|大)[\u4e00-\u9fff]{1,2}?|([\u4e00-\u9fff])\2|[\u4e00-\u9fff]宝)(?:同学|小朋友|"
    r"妈妈|爸爸|奶奶|爷爷|家里|\(化名\)|这孩子|这个孩子|的(?:妈|爸|奶奶))"
)
MASKED_NAME = re.compile(
    rf"(?P<name>{SURNAME}(?:某某?(?!小学|中学|学校|些|个|种|地|区|镇|村|机构|单位|社|人)|"
    rf"[*×○x]{{1,2}}[\u4e00-\u9fff]?(?![a-z\d])|[\u4e00-\u9fff][*×○]))"
)
SURNAMED = re.compile(rf"(?:孩子|娃|小囡|家长|妈妈|爸爸|他|她|姐弟|学生|姐妹|兄弟|同学)(?P<name>姓{SURNAME})")
ALIAS = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,3})\s{0,2}\(\s{0,2}化名\s{0,2}\)")

PET_WORDS = frozenset(
    listed(
        "小学 小组 小孩 小区 小班 小囡 小人 小手 小家 小朋 小男 小女 小年 小时 小伙 小镇 小村 小升 小众 "
        "小儿 小天 小公 小志 小记 小主 小学生 小候 小新 小的 小弟 小妹 "
        "小姐 小宝 小娃 小初 小低 小高 小事 小型 小队 小站 小小 大家 大班 大学 大一 大二 大三 大四 大的 "
        "大小 大人 大孩 大多 大年 大部 大姐 大哥 大名 阿姨 阿婆 阿公 阿爹 "
        "谢谢 天天 人人 个个 家家 户户 年年 爸爸 妈妈 爷爷 奶奶 哥哥 姐姐 弟弟 妹妹 叔叔 伯伯 婆婆 公公 "
        "舅舅 姑姑 宝宝 娃娃 太太 星宝 二宝 大宝 三宝 小宝 单单 常常 刚刚 "
        "双双 星星 多多 偷偷 陪陪 帮帮 看看 问问 想想 讲讲 说说 聊聊 玩玩 好好 慢慢 每每 往往 渐渐 普普 "
        "种种 样样 代代 家宝 萌宝 育宝 珍宝 财宝 晒宝 小哥 小伴 大伯 大妈 大爷 "
        "大肚 小爸 阿妈 阿爸 大妈妈 爱爱 小区妈 单亲 双胞 一宝 两宝 亲宝 安宝"
    )
)
PRONOUNS = frozenset("他她它我你您们的了没不这那啥谁几")
GENERIC = frozenset(
    listed(
        "我们 他们 她们 你们 大家 自己 别人 什么 怎么 哪个 谁的 起来 不出 不动 不应 不醒 我去 人来 人去 "
        "外卖 车来 家长 老师 做的 成的 一声 一下 一起 救护 名字"
    )
)


def name_marks(text: str) -> Iterator[Mark]:
    """Marks of names in a folded text; unsure where the words around a name leave it open."""
    for match in CALLED_NAME.finditer(text):
        if (sure := _called(match["name"], text[match.start() : match.start("name")])) is not None:
            yield Mark(IdentityKind.NAME, *match.span("name"), is_sure=sure)
    for pattern in (ROLE_NAME, NAME_KIN):
        yield from _named(pattern, text)
    for match in BARE_NAME.finditer(text):
        if _is_name(match["name"]) and not _is_staff(text, match.end("name")):
            yield Mark(IdentityKind.NAME, *match.span("name"), is_sure=_is_given(match["name"]))
    yield from _named(DONE_NAME, text)
    yield from free_marks(text, FREE_NAMES, NOT_NAMES)
    yield from _pet_names(text)
    for pattern, is_sure in ((MASKED_NAME, True), (ALIAS, True), (SURNAMED, False)):
        for match in pattern.finditer(text):
            yield Mark(IdentityKind.NAME, *match.span("name"), is_sure=is_sure)


def _named(pattern: re.Pattern[str], text: str) -> Iterator[Mark]:
    for match in pattern.finditer(text):
        name = match["name"]
        if not _is_name(name) or _is_staff(text, match.end("name")):
            continue
        yield Mark(IdentityKind.NAME, *match.span("name"), is_sure=_is_given(name))


def _pet_names(text: str) -> Iterator[Mark]:
    for match in (*PET_NAME.finditer(text), *SMALL_NAME.finditer(text)):
        name = match["name"]
        if (
            name[:2] in PET_WORDS
            or name in PET_WORDS
            or not any(char in GIVEN or char in SURNAMES for char in name[1:])
        ):
            continue
        if not re.search(r"(?:课|集|队|组|班|让|带|请|《)$", text[max(0, match.start() - 1) : match.start()]):
            yield Mark(IdentityKind.NAME, *match.span("name"), is_sure=match.re is PET_NAME)


def _called(name: str, label: str) -> bool | None:
    """Whether what follows 叫 or 姓名 is surely a name; None where it is not one."""
    if len(name) == 3 and name[0] in SURNAMES and all(char in GIVEN for char in name[1:]):
        return True
    if name in GENERIC or not PRONOUNS.isdisjoint(name) or name[:2] in GENERIC or _starts_everyday(name):
        return None
    if name[0] in SURNAMES and all(char in GIVEN for char in name[1:]):
        return True
    is_named = label.startswith(("姓名", "名叫", "小名", "大名", "乳名", "名字", "全名", "真名"))
    return (name[0] in SURNAMES or all(char in GIVEN for char in name)) if is_named else None


def _is_name(name: str) -> bool:
    return not _starts_everyday(name) and (name[:2] in DOUBLE_SURNAMES or all(char in GIVEN for char in name[1:]))


def _is_given(name: str) -> bool:
    return len(name) > 2 or name[1] in GIVEN


def _starts_everyday(name: str) -> bool:
    return name.startswith(NOT_NAMES)


def _is_staff(text: str, end: int) -> bool:
    return re.match(STAFF, text[end : end + 4]) is not None
