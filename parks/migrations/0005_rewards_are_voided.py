"""What a reward paid wrongly is voided, as proposed by another: see parks/sql/voids.sql."""

from django.db import migrations, models

from parks.sql import read


class Migration(migrations.Migration):
    dependencies = [("parks", "0004_years_go_on_from_what_stands")]

    operations = [
        migrations.AddField(
            "parkyear",
            "void_document",
            models.CharField(blank=True, default="", max_length=60, verbose_name="作废文号"),
            preserve_default=False,
        ),
        migrations.AddField(
            "parkyear", "void_on", models.DateField(null=True, verbose_name="作废文件日期")
        ),
        migrations.AlterField(
            "parkyear",
            "status",
            models.CharField(
                choices=[
                    ("open", "已启动"),
                    ("judged", "上年度已判定"),
                    ("targets_sent", "目标已报省厅"),
                    ("targets_agreed", "省厅已同意目标"),
                    ("targets_issued", "目标已下达"),
                    ("totals_taken", "年度总量已采用"),
                    ("totals_proposed", "两项总量待审定"),
                    ("totals_fixed", "两项总量已核定"),
                    ("reward_sent", "奖励额度已报省厅"),
                    ("rewarded", "奖励额度已入库"),
                    ("closed", "年度已办结"),
                    ("void_proposed", "奖励待作废"),
                    ("replaced", "已由新版替代"),
                ],
                default="open",
                max_length=16,
                verbose_name="状态",
            ),
        ),
        migrations.RunSQL(read("voids.sql"), read("voids_down.sql")),
    ]
