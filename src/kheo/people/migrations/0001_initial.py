import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=60, unique=True)),
                ('full_name', models.CharField(max_length=200)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('language', models.CharField(default='vi', max_length=5)),
                ('is_active', models.BooleanField(default=True)),
                ('is_demo', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'people_user',
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('code', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('scope', models.CharField(max_length=20)),
            ],
            options={
                'db_table': 'people_role',
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('key', models.CharField(max_length=200)),
                ('sort_key', models.CharField(max_length=400)),
                ('line', models.CharField(max_length=20)),
                ('now_p', models.IntegerField()),
                ('now_c', models.IntegerField(blank=True, null=True)),
                ('is_demo', models.BooleanField(default=False)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.place')),
            ],
            options={
                'db_table': 'people_organisation',
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.DateField()),
                ('end', models.DateField(blank=True, null=True)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.role')),
            ],
            options={
                'db_table': 'people_post',
            },
        ),
        migrations.CreateModel(
            name='RolePower',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('power', models.CharField(choices=[('initiatives.see', 'See models of the place, drafts included'), ('initiatives.register', 'Register models and import registration lists'), ('initiatives.accept', 'Accept registered models into the list or return them'), ('figures.recount', 'Recount figures and heal differences'), ('people.manage', 'Create accounts and give or end posts'), ('audit.see', 'Read the audit trail')], max_length=60)),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.role')),
            ],
            options={
                'db_table': 'people_role_power',
            },
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(fields=('place', 'key'), name='people_organisation_once'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['person'], name='people_post_person'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gt', models.F('start')), _connector='OR'), name='people_post_half_open'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('unit__isnull', True), ('organisation__isnull', True), _connector='OR'), name='people_post_one_seat'),
        ),
        migrations.AddConstraint(
            model_name='rolepower',
            constraint=models.UniqueConstraint(fields=('role', 'power'), name='people_role_power_once'),
        ),
    ]
