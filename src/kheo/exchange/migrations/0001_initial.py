import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('filename', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('actor_name', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('staged', 'Waiting to be saved'), ('saved', 'Saved'), ('undone', 'Undone')], max_length=12)),
                ('on', models.DateField()),
                ('options', models.JSONField(default=dict)),
                ('answers', models.JSONField(default=dict)),
                ('reading', models.JSONField(default=dict)),
                ('counts', models.JSONField(default=dict)),
                ('staged_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'exchange_run',
            },
        ),
        migrations.CreateModel(
            name='RememberedHeading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=300)),
                ('meaning', models.CharField(max_length=60)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'exchange_heading',
            },
        ),
        migrations.CreateModel(
            name='StagedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('fate', models.CharField(choices=[('new', 'New'), ('changed', 'Changed'), ('unchanged', 'Unchanged'), ('asked', 'To be asked'), ('refused', 'Refused')], max_length=12)),
                ('values', models.JSONField(default=dict)),
                ('shown', models.JSONField(default=dict)),
                ('reasons', models.JSONField(default=list)),
                ('target', models.BigIntegerField(blank=True, null=True)),
                ('before', models.JSONField(blank=True, null=True)),
                ('target_version', models.IntegerField(blank=True, null=True)),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exchange.importrun')),
            ],
            options={
                'db_table': 'exchange_row',
            },
        ),
        migrations.AddIndex(
            model_name='importrun',
            index=models.Index(fields=['person', '-id'], name='exchange_run_person'),
        ),
        migrations.AddConstraint(
            model_name='rememberedheading',
            constraint=models.UniqueConstraint(fields=('person', 'kind', 'key'), name='exchange_heading_once'),
        ),
        migrations.AddIndex(
            model_name='stagedrow',
            index=models.Index(fields=['run', 'fate', 'number'], name='exchange_row_fate'),
        ),
        migrations.AddConstraint(
            model_name='stagedrow',
            constraint=models.UniqueConstraint(fields=('run', 'number'), name='exchange_row_once'),
        ),
    ]
