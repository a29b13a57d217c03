"""Sums of money asked for or offered: prices, fees, budgets."""

from __future__ import annotations

import re

AMOUNT = r"(?:(?<![\d.])\d{1,6}(?:\.\d{1,2})?|[一二两三四五六七八九十百千万几]{1,6})"
SUM = rf"(?:[¥￥]\s{{0,2}}\d{{1,6}}|{AMOUNT}\s{{0,2}}(?:元|块钱?|rmb|大洋|万元?(?![个名人家户年])))"
LESSON = r"(?:个?课时|节课?|堂课?|场|次|小时|个?钟头?|趟|课)"
LONGER = r"(?:个?月|学期|学年|年|期|天|日|周|人|位|个|孩|生|户|班)"
PER = r"(?:/|每一?|一|1|按|各|单)\s{0,2}"
BARE_SUM = r"(?<![\d:：.月])\d{2,4}"
# 80元/课时, 一节课120块, 每小时150元: said of a lesson it is a price by itself.
PER_LESSON = re.compile(
    rf"{BARE_SUM}一(?:个?小时|课时|节课?|堂课?)|"
    rf"{SUM}\s{{0,2}}(?:钱)?{PER}{LESSON}|{PER}{LESSON}\s{{0,2}}(?:课|给|付|收|是|为|要|的?价|:|：)?\s{{0,2}}{SUM}"
)
FEE = (
    r"(?:课时费|课费|课酬|补课费|辅导费|培训费|托管费|学费|学杂费|劳务费?|讲课费|授课费|师资费|服务费|报名费|酬劳|酬金|报酬|"
    r"薪酬|时薪|预算|经费|资金|单价|费用|收费|价格|开价|出价|结算|补贴老师|给老师|付老师|我出|愿意出)"
)
FEE_SUM = re.compile(
    rf"{FEE}[^。;；\d]{{0,8}}?(?:{SUM}|\d{{2,6}}(?![\d.]|\s{{0,2}}(?:个|名|人|位|户|家|年|月|日|号|点|:|：|岁|组|份)))|{SUM}\s{{0,2}}(?:的)?{FEE}"
)
# 300元/月, 1200元一人: a price where something is taught or minded.
PER_LONGER = re.compile(rf"{SUM}\s{{0,2}}{PER}{LONGER}|{PER}{LONGER}\s{{0,2}}(?:收|付|交|给)?\s{{0,2}}{SUM}")
TAUGHT = re.compile(r"班|课|晚托|托管|暑托|补习|辅导|家教|老师|培训|带教|营")
# The sum is told for another reason: who bears it, what a family lacks, what children learn about money.
TOLD = re.compile(
    r"承担|街道出|站里出|社区出|政府出|村里出|我们出|自理|自备|免费|免票|报销|门票|餐标|餐费|伙食|饭费|车费|车票|奖品|礼品|物资|保险|"
    r"低保|补助|救助|助学|资助|收入|房租|医药费|医疗费|交不起|付不起|欠|差(?!别|异)|不够|缺口|凑不|困难|"
    r"零花钱|压岁钱|理财|怎么花|怎么用|认识|人民币|超市|记账|小当家|购物|诈|骗|抵制"
)


def names_price(text: str) -> bool:
    """True where a folded text asks for or offers money for a service."""
    if TOLD.search(text):
        return False
    if PER_LESSON.search(text) or FEE_SUM.search(text):
        return True
    return bool(PER_LONGER.search(text) and TAUGHT.search(text))
