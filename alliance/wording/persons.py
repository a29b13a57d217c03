"""Who does and who suffers, in the words of the stations: alternations for the patterns of harm."""

from __future__ import annotations

from alliance.wording.wordlist import listed


def any_of(words: str) -> str:
    """A group that matches any of the words, the longest first."""
    return f"(?:{'|'.join(sorted(set(listed(words)), key=lambda word: (-len(word), word)))})"


CHILD_WORDS = (
    "孩子 娃 小囡 小孩 小人 女孩 男孩 女生 男生 女娃 男娃 女童 男童 小姑娘 姑娘 丫头 小伙 小家伙 伢 囝 毛头 学生 "
    "同学 儿童 小朋友 弟弟 妹妹 姐弟 兄妹 兄弟俩 姐妹 兄弟 儿子 女儿 闺女 孙子 孙女 外孙 外孙女 侄子 侄女 外甥 "
    "外甥女 侄儿 老大 老二 老三 小的 大的 幼儿 宝宝 婴儿 新生儿 少年 少女 小学生 初中生 中学生 高中生 未成年 "
    "队员 小妹 小弟 双胞胎 姐姐 哥哥 初一 初二 初三 高一 高二 年级的 年级 岁的 岁"
)
CHILD = any_of(CHILD_WORDS)
PATIENT = rf"(?:{CHILD}|他(?!们)|她(?!们))"
MEN = (
    "爸爸 爸 爹 老爸 父亲 继父 后爸 后爹 养父 干爹 干爸 叔叔 大叔 二叔 小叔 叔 伯伯 "
    "大伯 伯 叔公 舅舅 大舅 舅 舅公 姑父 "
    "姑丈 姨夫 姨父 姨丈 爷爷 外公 阿公 阿爹 阿叔 阿伯 表哥 堂哥 哥哥 大哥 表叔 堂叔 "
    "男人 男的 男子 男友 男朋友 老头 老伯 "
    "大爷 老汉 网友 邻居 房东 老板 店主 司机 保安 门卫 师傅 教练 体育老师 男老师 陌生人 社会青年 混混 流氓 坏人 亲戚 "
    "同居的 同居男友 老男人 客人 主播 快递员 宿管 工头"
)
STRANGERS = (
    "叔叔 大叔 叔 伯伯 大伯 伯 叔公 舅舅 舅 姑父 姨夫 姨父 表哥 堂哥 男人 男的 男子 "
    "男友 男朋友 老头 老伯 大爷 网友 邻居 "
    "房东 老板 店主 司机 保安 门卫 师傅 教练 老师 校长 陌生人 社会青年 混混 流氓 坏人 亲戚 继父 后爸 后爹 养父 干爹 "
    "客人 大哥 男生 高年级 同学 哥哥 爷爷"
)
WOMEN = (
    "妈妈 妈 娘 老妈 母亲 继母 后妈 后娘 养母 奶奶 外婆 阿婆 好婆 姑姑 姑妈 姑 姨妈 "
    "小姨 姨 舅妈 婶婶 婶 大妈 阿姨 保姆 "
    "嫂子 姐姐 女人 女的"
)
OTHERS = (
    "父母 爸妈 爹妈 爹娘 爸爸妈妈 家长 大人 监护人 家里人 家人 家里 老师 班主任 校长 教师 保育员 辅导员 托管老师 "
    "照看的人 那家 人家 老公 老婆 他哥 她哥 她姐 他姐"
)
PEERS = (
    "同学 同桌 室友 同宿舍 同宿舍的 同班 同班的 高年级 高年级的 大孩子 几个人 一群人 一群 一伙人 一伙 一帮人 一帮 "
    "几个男生 几个女生 男生 女生 班上 班里 班级 学长 学姐 别人 别的孩子 小朋友 大的 社会上的人 校外的人 邻居家的"
)
ADULT = any_of(f"{MEN} {WOMEN} {OTHERS}")
MAN = any_of(MEN)
STRANGER = any_of(STRANGERS)
PEER = any_of(PEERS)
AGENT = any_of(f"{MEN} {WOMEN} {OTHERS} {PEERS}")
BODY = any_of(
    "身上 身子 全身 浑身 背上 后背 背 腿 大腿 小腿 胳膊 手臂 手腕 手背 手心 小手 手上 手指 脖子 脸 脸上 屁股 头 头上 "
    "额头 耳朵 嘴 嘴角 眼睛 眼眶 眼角 眼圈 鼻子 鼻梁 腰 胸口 肩膀 肩 脚 脚上 膝盖 小臂 肚子 后脑 脑袋 下巴 屁股上 肋 "
    "膀子 腿上 胳膊上 头皮 头发 身体"
)
# Up to the next pause.
STEP = r"[^,，。.;；:：!！?？\x1f\n]"
