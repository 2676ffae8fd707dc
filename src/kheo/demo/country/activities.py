"""What villages do: activities by field, each with its aim and its way. Stored data, in the language of the lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Activity(NamedTuple):
    """One kind of model: how its title begins, who carries it, what for, what is done."""

    title: str
    carried_by: str  # "place": the village itself; "body": one of its organisations; "person": a villager
    goal: str
    content: str


_P, _B, _I = "place", "body", "person"

ACTIVITIES: Mapping[str, tuple[Activity, ...]] = {
    "economy": (
        Activity(
            "Tổ tiết kiệm và vay vốn giúp nhau làm kinh tế",
            _B,
            "Giúp hội viên có vốn sản xuất, không vay nặng lãi.",
            "Mỗi hội viên góp một khoản nhỏ hằng tháng; tổ họp xét cho hộ khó khăn nhất vay trước, xoay vòng.",
        ),
        Activity(
            "Nuôi bò sinh sản xoay vòng",
            _B,
            "Hộ nghèo có con giống và biết cách chăm sóc.",
            "Giao bò giống cho hộ nghèo; bê cái đầu tiên chuyển cho hộ kế tiếp trong danh sách của thôn.",
        ),
        Activity(
            "Hiến đất mở rộng đường giao thông",
            _P,
            "Đường liên thôn rộng từ 5 m, xe ô tô đi lại thuận lợi.",
            "Họp dân bàn công khai, các hộ hai bên đường tự nguyện hiến đất, lùi tường rào, góp ngày công.",
        ),
        Activity(
            "Trồng rau an toàn theo nhóm hộ",
            _B,
            "Rau có nguồn gốc rõ ràng, bán được giá ổn định.",
            "Nhóm hộ thống nhất lịch xuống giống, ghi sổ chăm sóc và bán chung qua một đầu mối.",
        ),
        Activity(
            "Dồn điền đổi thửa, cùng trà cùng giống",
            _P,
            "Giảm chi phí làm đất, đưa máy vào đồng ruộng.",
            "Vận động các hộ đổi ruộng cho liền khoảnh và thống nhất một giống lúa trên một cánh đồng.",
        ),
        Activity(
            "Bê tông hóa đường làng, ngõ xóm",
            _P,
            "Không còn ngõ lầy lội trong mùa mưa.",
            "Nhà nước hỗ trợ xi măng, nhân dân góp cát, đá và ngày công; ban giám sát cộng đồng theo dõi.",
        ),
        Activity(
            "Cải tạo vườn tạp thành vườn cây ăn quả",
            _P,
            "Mỗi hộ có thêm thu nhập từ vườn nhà.",
            "Cán bộ khuyến nông hướng dẫn tại vườn; hộ làm trước chỉ hộ làm sau.",
        ),
        Activity(
            "Tổ đổi công thu hoạch mùa vụ",
            _B,
            "Thu hoạch kịp thời vụ, không phải thuê người ngoài.",
            "Các hộ luân phiên giúp nhau gặt hái, ghi công vào sổ của tổ và trả công bằng công.",
        ),
        Activity(
            "Nuôi ong lấy mật dưới tán rừng",
            _I,
            "Có thu nhập mà vẫn giữ rừng.",
            "Hướng dẫn kỹ thuật đặt thùng, thu mật; cam kết không chặt phá cây rừng.",
        ),
        Activity(
            "Nông dân sản xuất giỏi giúp hộ khó khăn",
            _I,
            "Mỗi năm giúp ít nhất hai hộ thoát nghèo.",
            "Cho mượn giống, vật tư không tính lãi; hướng dẫn cách làm và bao tiêu sản phẩm.",
        ),
        Activity(
            "Kênh mương nội đồng tự quản",
            _P,
            "Nước về đủ các chân ruộng, không tranh chấp.",
            "Mỗi tổ nhận một đoạn kênh, nạo vét đầu vụ và cử người điều tiết nước.",
        ),
        Activity(
            "Chuyển đổi số trong bán nông sản",
            _B,
            "Nông sản của thôn có mặt trên sàn điện tử.",
            "Đoàn viên giúp các hộ chụp ảnh, đăng bán, đóng gói và giao hàng.",
        ),
    ),
    "culture_society": (
        Activity(
            "Tuyến đường hoa",
            _P,
            "Đường làng sạch, đẹp, không còn điểm rác tự phát.",
            "Các hộ dọn vệ sinh sáng chủ nhật, trồng và chăm hoa trước nhà, nhắc nhau giữ sạch.",
        ),
        Activity(
            "Nhà sạch, vườn đẹp",
            _P,
            "Mỗi nhà ngăn nắp, mỗi vườn có luống rau, hàng rào xanh.",
            "Chấm điểm chéo giữa các tổ hằng quý, biểu dương trong buổi họp thôn.",
        ),
        Activity(
            "Tiếng loa khuyến học",
            _P,
            "Học sinh tự giác ngồi vào bàn học buổi tối.",
            "19 giờ 30 loa nhắc giờ học; gia đình tắt ti vi; ban khuyến học đến thăm từng nhà.",
        ),
        Activity(
            "Phân loại rác tại nguồn",
            _P,
            "Giảm rác phải chở đi, có phân hữu cơ bón vườn.",
            "Mỗi hộ có hai thùng; rác hữu cơ ủ tại nhà, rác tái chế gom gây quỹ.",
        ),
        Activity(
            "Ngôi nhà xanh thu gom phế liệu gây quỹ",
            _B,
            "Có quỹ giúp trẻ em khó khăn đến trường.",
            "Hội viên gom vỏ chai, giấy vụn vào ngôi nhà xanh, bán lấy tiền tặng quà đầu năm học.",
        ),
        Activity(
            "Bữa cơm nghĩa tình",
            _B,
            "Người già neo đơn có bữa cơm nóng hằng tuần.",
            "Các gia đình luân phiên nấu, thanh niên mang đến tận nhà.",
        ),
        Activity(
            "Việc cưới, việc tang văn minh",
            _P,
            "Không phô trương, không mở nhạc khuya, không ăn uống dài ngày.",
            "Đưa vào hương ước; mỗi gia đình ký cam kết; ban mặt trận đến giúp khi có việc.",
        ),
        Activity(
            "Đội chiêng giữ gìn bản sắc",
            _P,
            "Lớp trẻ biết đánh chiêng, múa xoang.",
            "Già làng truyền dạy vào tối thứ bảy; biểu diễn trong ngày hội đại đoàn kết.",
        ),
        Activity(
            "Tủ sách cộng đồng",
            _B,
            "Trẻ em và người lớn có sách đọc, có chỗ ngồi đọc.",
            "Quyên góp sách cũ, đoàn thanh niên trông coi, đổi sách hằng tháng.",
        ),
        Activity(
            "Thắp sáng đường quê",
            _P,
            "Đường thôn đủ sáng buổi tối, đi lại an toàn.",
            "Các hộ góp tiền lắp đèn, phân công bật tắt, chia nhau tiền điện.",
        ),
        Activity(
            "Dòng họ hiếu học",
            _B,
            "Không có con cháu bỏ học giữa chừng.",
            "Quỹ khuyến học của dòng họ trao thưởng cuối năm, giúp cháu có hoàn cảnh khó khăn.",
        ),
        Activity(
            "Lớp xóa mù chữ buổi tối",
            _I,
            "Phụ nữ lớn tuổi trong làng đọc, viết được.",
            "Mở lớp ba tối một tuần tại nhà sinh hoạt cộng đồng, học qua việc hằng ngày.",
        ),
        Activity(
            "Gia đình hạnh phúc, không bạo lực",
            _B,
            "Không để xảy ra bạo lực gia đình trong thôn.",
            "Tổ tư vấn đến từng nhà, có địa chỉ tin cậy để tạm lánh.",
        ),
        Activity(
            "Hàng rào xanh thay tường xây",
            _P,
            "Đường làng mát và đồng đều.",
            "Ươm cây tại chỗ, các hộ trồng cùng một loại cây, cắt tỉa cùng ngày.",
        ),
        Activity(
            "Nồi cháo yêu thương",
            _I,
            "Người bệnh nghèo có bữa sáng miễn phí.",
            "Nấu cháo mỗi sáng thứ bảy bằng tiền góp của các nhà hảo tâm.",
        ),
    ),
    "defence_security": (
        Activity(
            "Camera an ninh",
            _P,
            "Giảm trộm cắp, bảo đảm trật tự trên các trục đường.",
            "Các hộ góp tiền lắp camera tại đầu ngõ; công an xã hướng dẫn quản lý hình ảnh.",
        ),
        Activity(
            "Tiếng kẻng an ninh",
            _P,
            "Có việc là cả thôn cùng biết, cùng ra giúp.",
            "Quy ước các hồi kẻng báo giờ nghỉ, báo cháy, báo trộm.",
        ),
        Activity(
            "Tổ tự quản về an ninh trật tự",
            _P,
            "Mâu thuẫn nhỏ được giải quyết ngay tại tổ.",
            "Mỗi tổ 15 đến 20 hộ, cử tổ trưởng, thay phiên tuần tra ban đêm.",
        ),
        Activity(
            "Dòng họ không có người vi phạm pháp luật",
            _B,
            "Con cháu hiểu và làm theo pháp luật.",
            "Trưởng tộc nhắc nhở trong ngày giỗ họ, giúp người lầm lỗi trở về.",
        ),
        Activity(
            "Tổ liên gia phòng cháy, chữa cháy",
            _P,
            "Mỗi nhà có bình chữa cháy, biết dùng.",
            "Lắp chuông báo cháy nối các nhà, diễn tập hai lần một năm.",
        ),
        Activity(
            "Cổng trường an toàn giao thông",
            _B,
            "Không ùn tắc, không tai nạn trước cổng trường.",
            "Kẻ vạch nơi đón con, hội viên trực giờ vào lớp và tan học.",
        ),
        Activity(
            "Hậu phương vững chắc của chiến sĩ trẻ",
            _B,
            "Thanh niên yên tâm lên đường nhập ngũ.",
            "Thăm hỏi gia đình, giúp ngày công mùa vụ, giúp tìm việc khi xuất ngũ.",
        ),
        Activity(
            "Làng không có tệ nạn xã hội",
            _P,
            "Không để phát sinh người nghiện mới.",
            "Già làng, người có uy tín cùng công an xã đến từng nhà nói chuyện.",
        ),
        Activity(
            "Giúp người hoàn lương hòa nhập",
            _I,
            "Người trở về có việc làm, không tái phạm.",
            "Nhận kèm cặp, bảo lãnh vay vốn, giới thiệu việc làm.",
        ),
    ),
    "political_system": (
        Activity(
            "Chính quyền thân thiện, vì nhân dân phục vụ",
            _B,
            "Hồ sơ trả đúng hẹn, người dân hài lòng.",
            "Bốn xin, bốn luôn tại bộ phận một cửa; thư cảm ơn, thư xin lỗi khi trễ hẹn.",
        ),
        Activity(
            "Ngày thứ sáu nghe dân nói",
            _B,
            "Ý kiến của dân được trả lời trong bảy ngày.",
            "Cán bộ xã về thôn mỗi thứ sáu, ghi sổ ý kiến và trả lời công khai.",
        ),
        Activity(
            "Chi bộ bốn tốt",
            _B,
            "Sinh hoạt chi bộ có nội dung, đảng viên gương mẫu.",
            "Mỗi đảng viên phụ trách một nhóm hộ, nắm tình hình và giúp việc cụ thể.",
        ),
        Activity(
            "Mỗi đảng viên giúp một hộ khó khăn",
            _B,
            "Mỗi năm giảm số hộ nghèo của thôn.",
            "Đảng viên nhận địa chỉ, cùng hộ lập kế hoạch làm ăn, báo cáo hằng quý.",
        ),
        Activity(
            "Tổ công nghệ số cộng đồng",
            _P,
            "Người dân tự nộp được hồ sơ trực tuyến.",
            "Thanh niên đến từng nhà hướng dẫn cài đặt, tạo tài khoản, nộp thử một hồ sơ.",
        ),
        Activity(
            "Bàn tay hòa giải",
            _P,
            "Hòa giải thành từ 90% số vụ việc ở cơ sở.",
            "Tổ hòa giải mời người có uy tín cùng tham gia, hòa giải tại nhà.",
        ),
        Activity(
            "Nhóm tin của thôn",
            _P,
            "Thông báo đến từng hộ trong ngày.",
            "Lập nhóm liên lạc, đăng lịch họp, thu chi, kết quả giám sát cộng đồng.",
        ),
    ),
}

BODIES = (
    "Chi hội Phụ nữ",
    "Chi hội Nông dân",
    "Chi hội Cựu chiến binh",
    "Chi đoàn Thanh niên",
    "Ban công tác Mặt trận",
    "Chi hội Người cao tuổi",
)
BODIES_OF_PARTY = ("Chi bộ", "Ban công tác Mặt trận", "Chi hội Cựu chiến binh", "Chi đoàn Thanh niên")
PERSONS = ("hộ hội viên nông dân", "hội viên phụ nữ", "cựu chiến binh", "người có uy tín", "đoàn viên")

TOLD = (
    "Đã họp dân, thống nhất cách làm và phân công từng tổ.",
    "Phần lớn hộ trong danh sách đã tham gia; còn một số hộ đi làm xa chưa về.",
    "Hoàn thành đợt một; tổ giám sát cộng đồng đã kiểm tra tại chỗ.",
    "Duy trì đều hằng tuần; thôn bên đã đến xem để làm theo.",
    "Gặp khó về kinh phí, đã vận động thêm và tiếp tục đúng tiến độ.",
    "Sơ kết sáu tháng: nền nếp giữ được, người dân đề nghị làm tiếp.",
)
WHY_REMOVED = (
    ("achieved", "Đã đạt mục tiêu, chuyển thành nền nếp chung của thôn."),
    ("unfitting", "Không còn phù hợp sau khi sắp xếp lại thôn."),
    ("ineffective", "Ít hộ tham gia, không có kết quả rõ."),
    ("duplicate", "Trùng với mô hình của tổ chức khác trong cùng thôn."),
)
