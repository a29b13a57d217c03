"""What is typed in pinyin without characters, as the characters that the words of harm are written with."""

from __future__ import annotations

import re

LETTERS = re.compile(r"(?<![a-z0-9@._\-])[a-z]{2,40}(?:[ '][a-z]{1,12}){0,40}(?![a-z0-9@._\-])")
# Words of the situations, by their toneless pinyin; the longest that fits is taken.
WORDS = {
    sound: word
    for line in (
        "haizi 孩子|wa 娃|xiaohai 小孩|xiaonan 小囡|nvhai 女孩|nanhai 男孩|nvsheng 女生|nansheng "
        "男生|xuesheng 学生|guniang 姑娘|"
        "didi 弟弟|meimei 妹妹|erzi 儿子|nver 女儿|nuer 女儿|sunzi 孙子|sunnv 孙女|xiaopengyou "
        "小朋友|yatou 丫头|ta 他|tongxue 同学",
        "baba 爸爸|mama 妈妈|ba 爸|ma 妈|die 爹|fumu 父母|bama 爸妈|jiazhang 家长|daren 大人|jifu "
        "继父|jimu 继母|houba 后爸|houma 后妈|"
        "yeye 爷爷|nainai 奶奶|waigong 外公|waipo 外婆|shushu 叔叔|bobo 伯伯|jiujiu 舅舅|laoshi 老师|"
        "jiaolian 教练|linju 邻居|ren 人|"
        "nanren 男人|gege 哥哥|biaoge 表哥|ayi 阿姨|baomu 保姆|shui 睡",
        "bei 被|rang 让|gei 给|ba 把|ai 挨|zao 遭|yong 用|na 拿|zai 在|jia 家|jiali 家里|zaijia 在家|"
        "le 了|guo 过|zhe 着|de 得|bu 不|mei 没|"
        "meiyou 没有|tiantian 天天|lao 老|zong 总|you 又|yizhi 一直|zuotian 昨天|jintian 今天|"
        "wanshang 晚上|ye 夜|tian 天|"
        "yi 一|er 二|liang 两|san 三|si 四|wu 五|ji 几|ge 个|dou 都|hen 很|wo 我|ziji 自己|shuo 说|shuoyao 说要",
        "da 打|dama 打骂|zou 揍|chou 抽|ti 踢|shan 扇|qia 掐|za 砸|kun 捆|bang 绑|guan 关|suo 锁|"
        "guanzai 关在|suozai 锁在|mo 摸|qin 亲|zha 扎|"
        "tang 烫|ma 骂|qifu 欺负|nuedai 虐待|lvedai 虐待|tifa 体罚|fagui 罚跪|jiabao 家暴|weixie "
        "威胁|xingqin 性侵|weixie 猥亵|qiangjian 强奸|"
        "tuo 脱|kuzi 裤子|yifu 衣服|yijia 衣架|pidai 皮带|gunzi 棍子|erguang 耳光|bazhang 巴掌|"
        "lieshang 裂伤|yuqing 淤青|shanghen 伤痕|"
        "shenshang 身上|lianshang 脸上|shang 伤|xue 血|lian 脸|shou 手|shouwan 手腕|tui 腿|tou 头|"
        "pigu 屁股|wuli 屋里|yangtai 阳台|fangjian 房间",
        "chi 吃|fan 饭|chifan 吃饭|e 饿|meiren 没人|guan 管|meirenguan 没人管|yigeren 一个人|huilai "
        "回来|hui 回|buyao 不要|yao 要|"
        "diu 丢|reng 扔|mai 卖|guai 拐|shizong 失踪|bujian 不见|huaiyun 怀孕|dajia 打架",
        "zisha 自杀|zican 自残|zishang 自伤|xiangsi 想死|buxianghuo 不想活|xiang 想|huo 活|si 死|"
        "qingsheng 轻生|gewan 割腕|geshou 割手|"
        "tiaolou 跳楼|tiaohe 跳河|yishu 遗书|tunyao 吞药|ge 割|hua 划|sha 杀|yao 药|anmianyao 安眠药|tiao 跳|lou 楼|"
        "hunmi 昏迷|chouchu 抽搐|nishui 溺水|zhongdu 中毒|chudian 触电|guzhe 骨折|jiaobuxing 叫不醒|"
        "gaoshao 高烧|xing 醒|jiao 叫",
    )
    for pair in line.split("|")
    for sound, word in (pair.split(),)
}
# Alone after these a sound is another word: bei da.
AFTER = {
    ("ma", "bei"): "骂",
    ("ma", "ta"): "骂",
    ("ba", "bei"): "爸",
    ("ba", "haizi"): "爸",
    ("ge", "yi"): "个",
    ("ge", "shou"): "割",
}
LONGEST_SOUND = max(map(len, WORDS))
CLAY = re.compile(r"(?:zi ?sha) ?(?:hu|tao|ni|bei|qi)")


def as_characters(text: str) -> str | None:
    """The folded text with what is typed in pinyin as characters; None where nothing is."""
    plain = CLAY.sub("", text)
    turned = LETTERS.sub(lambda match: _spelt(match.group()), plain)
    return turned if turned != plain else None


def _spelt(typed: str) -> str:
    """The characters of running pinyin; the letters as they are where they are not pinyin of known words."""
    letters = typed.replace(" ", "").replace("'", "")
    found, unknown, i, before = [], 0, 0, ""
    while i < len(letters):
        for size in range(min(LONGEST_SOUND, len(letters) - i), 0, -1):
            sound = letters[i : i + size]
            if sound in WORDS:
                found.append(AFTER.get((sound, before), WORDS[sound]))
                i, before = i + size, sound
                break
        else:
            found.append(letters[i])
            unknown, i, before = unknown + 1, i + 1, ""
    return "".join(found) if unknown * 3 <= len(letters) else typed
