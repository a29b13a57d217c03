"""Places outside the city, where a text names one as the place of its need."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alliance.core.vocabulary import IdentityKind
from alliance.wording.digits import digits_as_figures
from alliance.wording.found import Mark
from alliance.wording.wordlist import listed

# Provinces, the other twelve cities of the province with their counties, and the large cities of the country.
PLACES = listed(
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 "
    "陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 "
    "南京 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 "
    "张家港 常熟 太仓 昆山 吴江 吴中 相城 姑苏 溧阳 金坛 武进 天宁 江宁 浦口 溧水 高淳 丹阳 扬中 句容 丹徒 靖江 "
    "泰兴 兴化 姜堰 如皋 启东 海安 如东 海门 通州 仪征 高邮 宝应 邗江 东台 建湖 射阳 阜宁 滨海 响水 大丰 盱眙 金湖 "
    "涟水 灌南 灌云 东海 赣榆 沛县 丰县 睢宁 邳州 新沂 铜山 贾汪 沭阳 泗阳 泗洪 宿豫 "
    "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 义乌 台州 长兴 合肥 芜湖 阜阳 六安 安庆 宣城 广德 滁州 马鞍山 亳州 宿州 "
    "广州 深圳 东莞 佛山 武汉 长沙 郑州 济南 青岛 西安 成都 昆明 贵阳 南昌 福州 厦门 沈阳 大连 长春 哈尔滨 石家庄 太原 "
    "兰州 南宁 海口 浦东 闵行 松江 嘉定"
)
PLACE = rf"(?:{'|'.join(sorted(PLACES, key=len, reverse=True))})(?:省|市|县|区)?"
WITHIN = r"(?:[\u4e00-\u9fff]{2,4}?(?:新区|开发区|街道|区|县|市|镇|乡|村))"
STARTS = (
    r"(?:^|(?<=[\s,，。;；:：、\x1f(（])|(?<=我们在)|(?<=我们)|(?<=站在)|(?<=地点在)|(?<=地点)|(?<=位于)|(?<=地点是)|"
    r"(?<=地址)|(?<=代)|(?<=帮))"
)
PUPILS = r"(?:孩子|娃|小囡|学生|儿童|小朋友|留守|困境|流动|打工子弟|学童|小孩|初中|小学|中学|青少年|少年|家庭|家长)"
FRAME = (
    rf"(?:的)?(?:这边|这里|这儿|那边|那里|本地|当地|(?:关爱|服务)?站|社区|街道|村里|学校|小学|中学|幼儿园|儿童之家|村|"
    rf"(?:有|约)?\d+\s{{0,2}}(?:来|多|几)?\s{{0,2}}(?:个|名|位|户)?[^,，。;；\d]{{0,4}}?{PUPILS}|(?:老家的)?{PUPILS})"
)
NAMED = re.compile(rf"{STARTS}(?P<place>{PLACE}(?:{PLACE})?{WITHIN}{{0,2}}){FRAME}")
# Said to be the place: 我们在南通, 地点：镇江丹阳.
SAID = re.compile(
    rf"(?:我们(?:是)?在|本站在|站点?在|位于|(?:地点|地址|服务地|所在地)(?:是|在|:|：|\s){{0,2}})\s{{0,2}}"
    rf"(?P<place>{PLACE}(?:{PLACE})?{WITHIN}{{0,2}})(?=$|[\s,，。;；\x1f的])"
)


def elsewhere_marks(text: str) -> Iterator[Mark]:
    """Doubtful marks of a place outside the city at which a folded text asks for help."""
    plain = digits_as_figures(text)
    for pattern in (NAMED, SAID):
        for match in pattern.finditer(plain):
            yield Mark(IdentityKind.ADDRESS, *match.span("place"), is_sure=False)
