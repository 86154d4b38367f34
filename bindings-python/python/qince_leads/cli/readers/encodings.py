"""In which encoding a file of text is: by its mark, because it is UTF-8, or by what the characters would be."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

from qince_leads.cli.console import UserError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"\x84\x31\x95\x33": "gb18030",
}
"""The longer ones first: that of UTF-32 begins as that of UTF-16 does."""
_CHUNK = 1 << 20
_JUDGED = 4_000
"""Characters beyond ASCII from which an encoding is told."""

CLEAR = 0.5
"""How everyday the characters have to be on average."""
AHEAD = 0.2
"""By how much of it they have to be more everyday than in any other encoding."""
FEW = 4
"""So few characters tell nothing."""

_NEVER_MEANT = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_RUN = re.compile(r"[^\x00-\x7f]+")

_SIMPLIFIED = (
    "的一是了不在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实"
    "客户名称负责人线索池编码来源市场活动联系手机号是否重复固话类型职务详情省市区县乡镇街道地址邮箱网站标注位置自定义字段列表备注姓电微信企业公司状态跟进日期创建时间修改"
    "有限股份责任集团科技技术贸易商实业发展投资管理咨询服务工程建设筑材料设备机械电子信息网络软件智能制造工厂食品饮料医药疗器械化环保能源汽车配件物流运输餐饮酒店教育培训文传媒广告装饰设计服装纺织家具金融房产农业百货超店经销代理零售批"
    "北京天津河南山东西江苏浙安徽福建湖广海四川贵云陕甘肃青台内蒙古藏宁夏新疆黑龙吉林辽港澳门杭州深圳武汉成都重庆苏无锡波温嘉兴绍金华厦泉佛莞珠中惠合肥昌长沙郑石庄太原济烟潍沈连哈尔滨路号楼室层座单元栋村幢"
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚"
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂文辉玲红建国志华玉春雪梅燕晓小佳欣宇浩然子轩梓涵诗雨俊鹏飞婷慧琳峰斌博凯宏亮东海波林鑫旭阳健利民永生福祥瑞德胜"
    "甲乙丙丁示例测试第二三五六七八九十百千万两无已未待处理意向产品需求预算价格样订购买采经理总监主任助员工程师销售拜访约谈老新高低"
)
_TRADITIONAL = (
    "的一是了不在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實"
    "客戶名稱負責人線索池編碼來源市場活動聯繫絡手機號是否重複固話類型職務詳情省市區縣鄉鎮街道地址郵箱網站標註位置自訂定義欄字段列表備註姓電微信企業公司狀態跟進日期創建時間修改"
    "有限股份責任集團科技術貿易商實業發展投資管理諮詢服務工程建設築材料設備機械電子資訊信息網路絡軟體件智能製造工廠食品飲料醫藥療器械化環保能源汽車配件物流運輸餐飲酒店教育培訓文傳媒廣告裝飾設計服裝紡織家具金融房產農業百貨超店經銷代理零售批"
    "臺台北新竹中彰投雲嘉義南高雄屏東花蓮宜蘭基隆桃園苗栗澎湖金門香港澳九龍界沙田路號樓室層座巷弄段村里"
    "王李張劉陳楊趙黃周吳徐孫胡朱高林何郭馬羅梁宋鄭謝韓唐馮于董蕭程曹袁鄧許傅沈曾彭呂蘇盧蔣蔡賈丁魏薛葉閻余潘杜戴夏鍾鐘汪田任姜范方石姚譚廖鄒熊金陸郝孔白崔康毛邱秦江史顧侯邵孟龍萬段雷錢湯尹黎易常武喬賀賴龔簡洪游詹柯"
    "偉芳娜秀英敏靜麗強磊軍洋勇豔艷傑娟濤明超霞平剛桂文輝玲紅建國志華玉春雪梅燕曉小佳欣宇浩然子軒梓涵詩雨俊鵬飛婷慧琳峰斌博凱宏亮東海波林鑫旭陽健利民永生福祥瑞德勝雅惠淑美怡家豪冠宗翰"
    "甲乙丙丁示例測試第二三五六七八九十百千萬兩無已未待處理意向產品需求預算價格樣訂購買採經理總監主任助員師銷售拜訪約談老新高低"
)
_KANA = "".join(map(chr, range(0x3041, 0x30FF)))
_JAPANESE = (
    "日一人年大十二本中長出三時行見月分後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨"
    "株式会社有限商事工業製造販売営部課長担当者顧客号番住所区県市町村府都丁目京阪神戸横浜古屋福岡札幌仙台田中佐藤鈴木高橋伊渡辺本村小林加吉山口松井清斎佐々阿森池石前原藤岡近野内谷新開発技術産機器設計"
    "太郎次一美子恵幸正和明健誠真由香織代表取締役社員備考状態日付作成更新"
)
_KOREAN = (
    "이다에의는로하을가고지서한은기으년대사시를리도인스일자주식회사고객명담당전화번호메일소구동길층시도군읍면리서울부산대구인천광주대전울산세종경기강원충청전라남북제삼성현엘지김박최정조윤장임오신권황안송류홍"
    "수영희민준서연지훈현우진은경미혜성호재철상동규태용남선숙자순옥정원석환국업체무관계품목금액단가상태날짜비참영업부과장팀대리차부장이사님나어아그라보만들해여"
)


class Encoding(NamedTuple):
    """The encoding of a file, and how it was told where that might be wrong."""

    name: str
    told: str


class Candidate(NamedTuple):
    """An encoding without a mark, what people call it, and how everyday a run of its characters beyond ASCII is."""

    name: str
    title: str
    everyday: Callable[[str], float]


def encoding_of(path: Path) -> Encoding:
    """The encoding of a file; a UserError where it cannot be told."""
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            return Encoding(name, name)
    if b"\0" in start:
        return _wide(path, start)
    where = _first_fault(path, "utf-8")
    if where is None:
        return Encoding("utf-8", "utf-8")
    read = start.decode("utf-8", "replace")
    if len(_BEYOND_ASCII.findall(read.replace("\ufffd", ""))) > 4 * read.count("\ufffd"):
        if where.is_at_end:
            raise _cut(path)
        raise UserError(f"{path} is in UTF-8, but for line {where.line}: mend that, or save the file in UTF-8 again")
    return _guessed(path)


def check(path: Path, encoding: str) -> None:
    """A UserError where a file is not in this encoding."""
    try:
        where = _first_fault(path, encoding)
    except LookupError:
        raise UserError(f"--encoding {encoding}: no such encoding; there are utf-8, gb18030, big5 and others") from None
    if where is not None and where.is_at_end:
        raise _cut(path)
    if where is not None:
        raise UserError(
            f"{path} is not in {encoding}: line {where.line} cannot be read; say which encoding it is in by --encoding"
        )


class _Fault(NamedTuple):
    line: int
    is_at_end: bool


def _first_fault(path: Path, encoding: str) -> _Fault | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                line += decoder.decode(chunk).count("\n")
            except UnicodeDecodeError as error:
                return _Fault(line + error.object[: error.start].count(b"\n"), is_at_end=False)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _Fault(line, is_at_end=True)
    return None


def _cut(path: Path) -> UserError:
    return UserError(f"{path} ends in the middle of a character: it was cut off; get it whole, or save it again")


def _wide(path: Path, start: bytes) -> Encoding:
    """UTF-16 or UTF-32 without a mark, which a null in each ASCII character tells."""
    for name in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        width = 4 if "32" in name else 2
        text = start[: len(start) // width * width].decode(name, "replace")
        if ("\n" in text or "\r" in text) and "\0" not in text and "\ufffd" not in text:
            return Encoding(name, _told(name, _sample(_RUN.findall(text))))
    raise UserError(f"{path} holds null characters, as no text does; save it as .xlsx, or as CSV in UTF-8")


def _guessed(path: Path) -> Encoding:
    fitting = [fit for candidate in CANDIDATES if (fit := _fit(path, candidate)) is not None]
    fitting.sort(key=lambda fit: -fit.score)
    if not fitting:
        raise UserError(
            f"{path} is neither in UTF-8 nor in {', '.join(each.title for each in CANDIDATES)}; save it in UTF-8, "
            "or say which encoding it is in by --encoding"
        )
    best, *others = fitting
    ahead = best.score - max((other.score for other in others), default=0.0)
    if best.score >= CLEAR and ahead >= AHEAD and best.characters >= FEW:
        if best.is_cut:
            raise _cut(path)
        return Encoding(best.of.name, _told(best.of.title, best.sample))
    fitting = [fit for fit in fitting if fit.score] or fitting
    may = [f"{fit.of.title} (`{fit.sample}`, --encoding {fit.of.name})" for fit in fitting]
    raise UserError(f"{path} is not in UTF-8; it may be in {' or '.join(may)}: say which")


class _Fit(NamedTuple):
    of: Candidate
    score: float
    characters: int
    sample: str
    is_cut: bool


def _fit(path: Path, candidate: Candidate) -> _Fit | None:
    """How well an encoding fits; None where bytes mean nothing in it, or what nobody means."""
    where = _first_fault(path, candidate.name)
    if where is not None and not where.is_at_end:
        return None
    runs: list[str] = []
    judged = 0
    with path.open(encoding=candidate.name, errors="ignore", newline="") as file:
        while text := file.read(_CHUNK):
            if _NEVER_MEANT.search(text):
                return None
            if judged < _JUDGED:
                found = _RUN.findall(text)
                runs += found
                judged += sum(map(len, found))
    if not runs:
        return None
    score = sum(candidate.everyday(run) * len(run) for run in runs) / judged
    return _Fit(candidate, score, judged, _sample(runs), where is not None)


def _told(title: str, sample: str) -> str:
    return f"{title}, as in `{sample}` (--encoding chooses another)"


def _sample(runs: list[str]) -> str:
    return " ".join(runs)[:16].rstrip()


def _of_two_bytes(encoding: str, everyday: str, first: int, last: int) -> Callable[[str], float]:
    """The first and the last of what was put in front when a language's characters were counted."""
    known = frozenset(everyday)

    def one(character: str) -> float:
        if character in known:
            return 1.0
        encoded = character.encode(encoding, "ignore")
        if len(encoded) < 2:
            return 0.0
        if first <= int.from_bytes(encoded, "big") <= last:
            return 0.4
        return 0.1 if character.isalpha() else 0.7

    return lambda run: sum(map(one, run)) / len(run)


def _latin(run: str) -> float:
    """Between the letters of ASCII, one or two at a time."""
    if len(run) > 2:
        return 0.0
    return sum(0.9 if character.isalpha() else 0.2 for character in run) / len(run)


CANDIDATES = (
    Candidate("gb18030", "GB18030", _of_two_bytes("gb2312", _SIMPLIFIED, 0xB0A1, 0xD7F9)),
    Candidate("cp950", "Big5", _of_two_bytes("big5", _TRADITIONAL, 0xA440, 0xC67E)),
    Candidate("cp932", "Shift-JIS", _of_two_bytes("shift_jis", _KANA + _JAPANESE, 0x889F, 0x9872)),
    Candidate("cp949", "EUC-KR", _of_two_bytes("euc_kr", _KOREAN, 0xB0A1, 0xC8FE)),
    Candidate("cp1252", "Latin-1", _latin),
)
