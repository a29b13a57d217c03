"""What a text is instead of a need: a room, money, custody, elder care, or nothing that says what is wanted."""

from __future__ import annotations

import re

from alliance.core.vocabulary import NotANeedKind
from alliance.wording.prices import names_price
from alliance.wording.wordlist import listed

ROOMS = (
    r"(?:场地|场子|会议室|教室|活动室|房间|多功能室|多功能厅|报告厅|大厅|礼堂|训练室|培训室|阅览室|"
    r"[一-鿿]{1,3}室(?!外|内|友|里的)|手工室|咨询室|运动室|操场|空间|小厨房|一间|[一二三四五六七八九\d]楼|[一二三四五六七八九\d]{1,4}室|"
    r"间房|间屋|基地(?:的)?[一-鿿]{0,3}[厅室])"
)
BORROW = (
    r"(?:想用|要用|用下|借用|借|租|占用|占|预约|预定|预订|订|定|空着|空不空|有空(?!调)|空伐|用一下|用用|用半天|用一天|"
    r"腾|让我们用|使用|申请使用|留给我们|可用|能用|排得|还有位)"
)
ROOM_ASKED = (re.compile(rf"{ROOMS}[^。;；]{{0,12}}{BORROW}"), re.compile(rf"{BORROW}[^。;；]{{0,8}}{ROOMS}"))
SERVICE_ASKED = re.compile(
    r"(?:请|找|缺|要|求|来|派|有)[一-鿿]{0,6}(?:老师|师资|机构|社工|志愿者|律师|医生|人带|人教|人来|"
    r"讲师|教练|师傅|专业的|团队|主持)|谁接|来上|来讲|排[一-鿿]{0,2}课|课排|开课|办[一-鿿]{0,8}(?:课|班|"
    r"小组)|(?:要|想上|想学)[一-鿿]{0,6}课(?!室|桌)|"
    r"带踢|教教|辅导|补课|补习|讲座|带着|带读|搞[一-鿿]{0,6}(?:课|班|小组|活动|运动会)|缺个|节目|求支援|"
    r"师资|接|放学|没人"
)
MONEY = re.compile(
    r"捐(?:款|钱|资|助款|点钱|\d|[一二两三五十百千]+(?:百|千|万|元))|(?:捐|赞助)[一-鿿]{0,4}\d+|募捐|"
    r"筹款|众筹|筹钱|水滴筹|轻松筹|收款码|二维码收款|汇款|转账(?!诈)|打款|凑钱|凑点钱|红包转|"
    r"发票抬头|(?:收|交|付|报销|付款)[一-鿿]{0,4}\d+(?:块|元)|(?:每人|一人|每课|一节)(?:收|"
    r"交)[\d一二三四五六七八九十百]+(?:块|元)?|收费多少|怎么收费|收费标准|收不收费|多少钱一(?:节|次|场|课)|报价|账号(?=$|"
    r"[\s,，…。.：:])|打到[一-鿿]{0,4}(?:卡|账|帐)"
)
MONEY_TOPIC = re.compile(r"诈骗|刷单|骗|讲座|政策|申请|助学金|助困|救助金|爱心捐|捐赠物|捐书|旧书")
TEACHES = r"(?!评估|能力|家庭(?:培训|支持|的)|政策|法|讲座|知识|登记|培训|课|责任|指导|义务|职责|告知)"
ONE_OF_THEM = r"(?:孩子|娃|小囡|他|她|弟弟|妹妹|姐弟|兄妹|外甥女?|侄[子女]|孙[子女]|小的|大的|男孩|女孩)"
CUSTODY = re.compile(
    rf"(?:想|要|能|可|帮|找|给|哪家|谁|愿|肯|送|求)[一-鿿]{{0,10}}?(?:领养|收养|送养){TEACHES}|"
    r"送(?:到|去|进|他|她)?[一-鿿]{0,6}福利院(?!探|慰|参观|看望|孩子|表演|演出)|"
    r"(?:找|换|安排|联系)[一-鿿]{0,6}?(?:人家|家庭)[一-鿿]{0,3}(?:养|寄养|领)|"
    r"(?:找|换|安排|求|要)[一-鿿]{0,4}?(?:寄养|收养|领养|代养|助养)(?:家庭|人家|妈妈)(?!的|培训|支持|课)|"
    r"(?:撤销|剥夺|取消|变更|转移|放弃)[一-鿿]{0,6}?监护|监护权?(?:想|要|能|可以|怎么|能不能|该|先|都)?(?:给|判|转|移交|归|过给|换|变更|改)|接管监护|"
    rf"(?:当|做|担任|指定|换)(?:一?个|成|为)?(?:{ONE_OF_THEM}的?|新的?|临时)?监护人{TEACHES}|"
    rf"(?:安置|寄养)(?:到|在|去)|{ONE_OF_THEM}[一-鿿]{{0,6}}?(?:接去|领去|抱去|领走|接走|认领)[一-鿿]{{0,3}}?养|"
    rf"(?:认领|接收|收下)[一-鿿]{{0,4}}?{ONE_OF_THEM}[一-鿿]{{0,4}}?(?:抚养|养|照管)|"
    r"(?:给|帮)[一-鿿]{0,6}找个?(?:养父|养母|新家)|(?:长期|永久)(?:安置|收留)|收留抚养"
)
CUSTODY_TOPIC = re.compile(r"律师|政策|讲座|法律|普法|咨询")
ELDERS = re.compile(
    r"老人|老年|独居老|空巢|养老|失能|高龄|老伯|敬老|阿婆|老太|老爹爹|孤老|五保|长者|老大爷|老奶奶|银发|重阳|老两口|"
    r"(?:[七八九]十[一二三四五六七八九几多]?|[6-9]\d)岁"
)
ELDER_CARE = re.compile(
    r"助浴|助餐|助行|送餐|照料|陪护|陪诊|护理|护工|探望|陪聊|陪伴|聊天|说说话|作伴|养老|理发|剪发|体检|量血压|测血糖|健康|慰问|送医|家政|打扫|保洁|"
    r"洗澡|洗衣|买菜|代购|上门|关怀|敬老|活动|联欢|演出|表演|文艺|照护|日托|居家|食堂|适老|智能手机|书法|唱戏|戏曲|广场舞|合唱|"
    r"缺|志愿"
)
# Old people who give, or who cannot cope with a child.
ELDERS_GIVE = re.compile(
    r"老[人伯太][^,，。;；]{0,3}(?:搞不|不会|不懂|管不|弄不|看不住|带不|忙不|教不|听不懂|不识字)|"
    r"(?:请|邀|找|由|让|有)[^,，。;；]{0,6}老[^,，。;；]{0,8}(?:来|教|讲|带|当|做|任|授)"
)
CHILDREN = re.compile(
    r"孩子|娃|小囡|儿童|学生|小朋友|隔代|孙|未成年|青少年|亲子|小人|小孩|宝宝|少年|学童|带大|祖孙|"
    r"一老一小|小小|同学|困童|年级|幼儿|中小学|家长|家教|管教|带的"
)

COURTESY_WORDS = listed(
    "请问 请 你们 您 麻烦 谢谢 多谢 拜托 帮帮忙 帮个忙 帮忙 帮帮 帮 一下 可以 能不能 能否 行不行 "
    "好不好 有没有 想要 想 要 有 个 点 事情 事 东西 什么 啥 怎么办 "
    "怎样 怎么 求助 急 在吗 在不在 在 伐 吗 呢 吧 啊 哦 呀 嘛 你好 您好 大家 我们 我 这边 这里 站里 站 "
    "那个 这个 孩子 娃 还是 老样子 老 就 是 的 了 来 去 搞 "
    "做 弄 办 安排 活动 有意思 有趣 好玩 随便 都行 都 意思 不知道 不晓得 说 看看 看 问问 问 上次 老师 "
    "挺好 很好 好 还 再 一次 一场 支持 支援 需求 需要 情况 特殊 "
    "那样 这样 一样 和 跟 同 年 次 老地方 联系 回复 尽快 快 等 商量 具体 电话 面谈 见面 谈 机构 哪家 "
    "谁 接 搞不定 "
)
COURTESY = re.compile(
    "|".join([*sorted(COURTESY_WORDS, key=len, reverse=True), r"\d+|[一二三四五六七八九十几两]+|[人名位户场]|[^\w]|_"])
)


def other_purpose(text: str) -> NotANeedKind | None:
    """What a folded text is, if it is surely not a need; None for a need and for what may be one."""
    if any(pattern.search(text) for pattern in ROOM_ASKED) and not SERVICE_ASKED.search(text):
        return NotANeedKind.ROOM
    if (MONEY.search(text) and not MONEY_TOPIC.search(text)) or names_price(text):
        return NotANeedKind.MONEY
    if CUSTODY.search(text) and not CUSTODY_TOPIC.search(text):
        return NotANeedKind.CUSTODY
    if _is_for_elders(text):
        return NotANeedKind.ELDER_CARE
    return NotANeedKind.UNCLEAR if says_nothing(text) else None


def _is_for_elders(text: str) -> bool:
    is_care = ELDERS.search(text) and ELDER_CARE.search(text)
    return bool(is_care) and not CHILDREN.search(text) and not ELDERS_GIVE.search(text)


def says_nothing(text: str) -> bool:
    """True when only courtesy, numbers and everyday filling are left."""
    return not COURTESY.sub("", text)
